import * as v from 'valibot'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { parse } from './parse.ts'

const DEFAULT_LIMIT = 100

/** The fields that every list takes. */
export const paging = { limit: v.optional(v.unknown()), cursor: v.optional(fields.cursor) }

export const PAGE = v.strictObject(paging)

/** How many items the page is to hold. */
export function limitOf(handle: Handle<unknown>, { limit }: { limit?: unknown }): number {
  if (limit === undefined) return Math.min(DEFAULT_LIMIT, handle.limits.pageSize)
  return parse(fields.integer(1, handle.limits.pageSize), 'limit', limit)
}
