import { InvalidInputError } from '@descartes/sdk'
import { describe } from './describe.ts'
import { knownOptions } from './options.ts'

/** How long items live. The names and the unit are those of LangGraph's PostgresStore. */
export interface TtlOptions {
  /** Minutes that an item lives, where its put does not say. Default: for good. */
  defaultTtl?: number | undefined
  /** Whether an item that is read or found lives as long again from then on. Default true. */
  refreshOnRead?: boolean | undefined
  /** Minutes between two sweeps, once the store was started. Default 60. */
  sweepIntervalMinutes?: number | undefined
}

const MINUTE = 60_000

/** 1,000 years, as long as an item may live. */
const LONGEST = 1000 * 365 * 24 * 60
/** As long as a timer can be. */
const LONGEST_INTERVAL = (2 ** 31 - 1) / MINUTE

/** `ttl` with its defaults, checked. */
export interface Ttl {
  readonly defaultTtl: number | undefined
  readonly refreshOnRead: boolean
  readonly sweepIntervalMs: number
}

/** The option, if it is given. */
export function checkedTtl(ttl: TtlOptions | undefined): Ttl | undefined {
  if (ttl === undefined) return undefined
  const known = knownOptions(ttl, 'ttl', ['defaultTtl', 'refreshOnRead', 'sweepIntervalMinutes'])
  const { defaultTtl, refreshOnRead = true, sweepIntervalMinutes = 60 } = known
  if (defaultTtl !== undefined) requireMinutes(defaultTtl, 'ttl/defaultTtl', LONGEST)
  requireMinutes(sweepIntervalMinutes, 'ttl/sweepIntervalMinutes', LONGEST_INTERVAL)
  if (typeof refreshOnRead !== 'boolean')
    throw new InvalidInputError('ttl/refreshOnRead', 'true or false', describe(refreshOnRead))
  return { defaultTtl, refreshOnRead, sweepIntervalMs: Math.floor(sweepIntervalMinutes * MINUTE) }
}

/** Minutes in milliseconds. */
export function ttlMsOf(minutes: number, field: string): number {
  requireMinutes(minutes, field, LONGEST)
  return Math.max(1, Math.round(minutes * MINUTE))
}

function requireMinutes(minutes: unknown, field: string, most: number): void {
  if (typeof minutes === 'number' && minutes > 0 && minutes <= most) return
  const expected = `minutes, more than 0 and at most ${Math.floor(most)}`
  throw new InvalidInputError(field, expected, describe(minutes))
}
