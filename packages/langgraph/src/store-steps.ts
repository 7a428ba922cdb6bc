import { FIXED_LIMITS, InvalidInputError } from '@descartes/sdk'
import { type MatchCondition, validateNamespace } from '@langchain/langgraph-checkpoint'
import { describe } from './describe.ts'
import { knownFilter } from './item-filter.ts'
import { type Indexed, indexedIn } from './item-text.ts'
import { ttlMsOf } from './ttl.ts'

/** An operation of a batch, checked. */
export type Step = Get | Search | Put | List

interface Get {
  kind: 'get'
  path: string[]
  key: string
}

export interface Search {
  kind: 'search'
  prefix: string[]
  filter: Record<string, unknown>
  /** Words to find; undefined for all items. */
  query: string | undefined
  limit: number
  offset: number
}

export interface Put {
  kind: 'put'
  path: string[]
  key: string
  /** Null deletes. */
  value: object | null
  index: Indexed | undefined
  /** How long it lives; null for good, undefined where that is not said. */
  ttlMs: number | null | undefined
}

export interface List {
  kind: 'list'
  conditions: MatchCondition[]
  maxDepth: number | undefined
  limit: number
  offset: number
}

const { pathBytes, queryBytes, queryWords } = FIXED_LIMITS

/** The operation at a place of a batch. Which kind it is, its fields tell. */
export function stepOf(operation: unknown, place: number): Step {
  if (typeof operation !== 'object' || operation === null)
    throw new InvalidInputError(`operations/${place}`, 'a get, a search, a put or a listing', describe(operation))
  const given = operation as Record<string, unknown>
  if ('namespacePrefix' in given) return searchOf(given)
  if ('key' in given) return 'value' in given ? putOf(given) : { kind: 'get', ...nameOf(given) }
  return listOf(given)
}

function nameOf({ namespace, key }: Record<string, unknown>): { path: string[]; key: string } {
  const path = namespaceOf(namespace, 'namespace')
  validateNamespace(path, { allowReservedRoot: true })
  if (typeof key !== 'string') throw new InvalidInputError('key', 'a string', describe(key))
  return { path, key }
}

function searchOf({ namespacePrefix, filter = {}, query, limit = 10, offset = 0 }: Record<string, unknown>): Search {
  const prefix = namespaceOf(namespacePrefix, 'namespacePrefix')
  validateNamespace(prefix, { allowEmpty: true, allowReservedRoot: true })
  if (query !== undefined && typeof query !== 'string')
    throw new InvalidInputError('query', 'a string', describe(query))
  return {
    kind: 'search',
    prefix,
    filter: knownFilter(
      objectOf(filter, 'filter', 'an object of fields and what they must be') as Record<string, unknown>,
    ),
    query: query?.trim() ? shortened(query) : undefined,
    limit: count(limit, 'limit'),
    offset: count(offset, 'offset'),
  }
}

/**
 * The first words of a query, as many as the store takes. Graphs search for what a user has said, which may be long, and
 * that should not end a run.
 */
function shortened(query: string | undefined): string | undefined {
  const [first, ...terms] = query?.trim().split(/\s+/) ?? []
  let text = first
  for (const [i, term] of terms.entries()) {
    const longer = `${text} ${term}`
    const words = Math.max(i + 2, longer.match(/[\p{L}\p{N}\p{Co}]+/gu)?.length ?? 0)
    if (words > queryWords || Buffer.byteLength(longer) > queryBytes) break
    text = longer
  }
  return text
}

function putOf({ value, index, options, ...name }: Record<string, unknown>): Put {
  const { ttl } = objectOf(options ?? {}, 'options', 'an object') as { ttl?: number | null }
  return {
    kind: 'put',
    ...nameOf(name),
    value: value === null ? null : objectOf(value, 'value', 'an object, or null to delete'),
    index: indexedIn(index, 'index'),
    ttlMs: ttl === undefined || ttl === null ? ttl : ttlMsOf(ttl, 'options/ttl'),
  }
}

function listOf({ matchConditions, maxDepth, limit = 100, offset = 0 }: Record<string, unknown>): List {
  const conditions = matchConditions ?? []
  if (!Array.isArray(conditions))
    throw new InvalidInputError('matchConditions', 'an array of conditions', describe(conditions))
  return {
    kind: 'list',
    conditions: conditions.map((condition, i) => conditionOf(condition, `matchConditions/${i}`)),
    maxDepth: maxDepth === undefined ? undefined : count(maxDepth, 'maxDepth', 1),
    limit: count(limit, 'limit'),
    offset: count(offset, 'offset'),
  }
}

function conditionOf(condition: unknown, field: string): MatchCondition {
  const { matchType, path } = objectOf(condition, field, 'an object with matchType and path') as Partial<MatchCondition>
  if (matchType !== 'prefix' && matchType !== 'suffix')
    throw new InvalidInputError(`${field}/matchType`, "'prefix' or 'suffix'", describe(matchType))
  return { matchType, path: namespaceOf(path, `${field}/path`) }
}

/** A copy, so that what was checked is what is used. */
function namespaceOf(value: unknown, field: string): string[] {
  if (!Array.isArray(value)) throw new InvalidInputError(field, 'an array of labels', describe(value))
  const labels = [...value]
  const text = labels.every((label) => typeof label === 'string') ? labels.join('') : undefined
  // What is wrong with labels that are no strings, LangGraph says.
  if (text === undefined) validateNamespace(labels, { allowReservedRoot: true })
  else if (!text.isWellFormed() || labels.some((label) => label.normalize('NFC') !== label))
    throw new InvalidInputError(field, 'labels of well-formed Unicode in normal form C', JSON.stringify(labels))
  const bytes = Buffer.byteLength(JSON.stringify(labels))
  if (bytes > pathBytes)
    throw new InvalidInputError(field, `labels that take at most ${pathBytes} bytes as JSON`, `${bytes} bytes`)
  return labels
}

function objectOf(value: unknown, field: string, expected: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new InvalidInputError(field, expected, describe(value))
}

function count(value: unknown, field: string, least = 0): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number
  throw new InvalidInputError(field, `an integer of ${least} or more`, describe(value))
}
