import { types } from 'node:util'

/** The start of an array or object with so many members, among tokens. */
class Start {
  constructor(
    readonly isArray: boolean,
    readonly count: number,
  ) {}
}

/** Small ones are shared: they would take more than the text that they stand for. */
const SHARED = Array.from({ length: 32 }, (_, count) => [new Start(false, count), new Start(true, count)] as const)

export function startOf(isArray: boolean, count: number): Start {
  return SHARED[count]?.[isArray ? 1 : 0] ?? new Start(isArray, count)
}

/** A value as a list: each container as its start and its members, each member of an object after its key. */
export type Token = string | number | boolean | null | Start

/** A shorter piece of a string is always a copy. */
const SHORTEST_SLICE = 13

/** The token without what it may hang on: a piece that was cut from a long string holds on to all of that. */
export function ownToken(token: Token): Token {
  return typeof token === 'string' && token.length >= SHORTEST_SLICE ? Buffer.from(token).toString() : token
}

/** Members that follow each other in a container, whose text is reused as a whole. */
export interface Run {
  /** How many members. */
  readonly count: number
  /** The members; of a member that is a container with runs of its own, the key alone. */
  readonly tokens: readonly Token[]
  /** That one member. */
  readonly node: Node | undefined
  /** Bytes of their text, with keys and the commas between them. */
  readonly size: number
  /** Bytes that it holds, roughly. */
  readonly memory: number
}

/** A container whose text is reused in parts. */
export interface Node {
  readonly isArray: boolean
  readonly runs: readonly Run[]
  /** Bytes of its text. */
  readonly size: number
  /** Bytes that it holds, roughly. */
  readonly memory: number
}

/** An array or object as it is at hand; the keys are undefined for an array. */
export interface Container {
  readonly value: object
  readonly keys: readonly string[] | undefined
}

/** The keys of a plain object, or the length of a plain array; undefined for anything else. The rules are `isPlainJson`'s. */
export function shapeOf(value: object): readonly string[] | number | undefined {
  if (types.isProxy(value) || Object.getOwnPropertySymbols(value).length !== 0) return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value))
    return prototype === Object.prototype || prototype === null ? Object.getOwnPropertyNames(value) : undefined
  // A hidden toJSON method, which isPlainJson does not look for, would break the text of a run.
  if (prototype !== Array.prototype || 'toJSON' in value) return undefined
  const keys = Object.keys(value)
  // Indexes come first: if the last key is the last index, there are no others, and no holes.
  const isWhole = keys.length === value.length && (keys.length === 0 || keys.at(-1) === `${keys.length - 1}`)
  return isWhole ? keys.length : undefined
}

/** A member; undefined, which JSON lacks, for one that is not a plain property. */
export function memberOf({ value, keys }: Container, i: number): unknown {
  if (keys === undefined) {
    const item = (value as unknown[])[i]
    return item === (value as unknown[])[i] ? item : undefined
  }
  const property = Object.getOwnPropertyDescriptor(value, keys[i] as string)
  return property?.enumerable ? property.value : undefined
}

/** True when the members from this one on are those of the run. */
export function startsRun(container: Container, first: number, { count, tokens }: Run): boolean {
  let at = 0
  for (let i = first; i < first + count; i++) {
    if (container.keys !== undefined && container.keys[i] !== tokens[at++]) return false
    at = skipEqual(memberOf(container, i), tokens, at)
    if (at < 0) return false
  }
  return true
}

/** The place after the tokens that begin at this one, if they are the value's; else -1. */
function skipEqual(value: unknown, tokens: readonly Token[], at: number): number {
  const token = tokens[at] as Token
  if (typeof value !== 'object' || value === null)
    return value === token && (value !== 0 || Object.is(value, 0)) ? at + 1 : -1
  if (typeof token !== 'object' || token === null) return -1
  const shape = shapeOf(value)
  if (typeof shape === 'object') return token.isArray ? -1 : skipEqualMembers(value, shape, token, tokens, at + 1)
  if (shape !== token.count || !token.isArray) return -1
  const container = { value, keys: undefined }
  let next = at + 1
  for (let i = 0; i < shape && next >= 0; i++) next = skipEqual(memberOf(container, i), tokens, next)
  return next
}

function skipEqualMembers(
  value: object,
  keys: readonly string[],
  start: Start,
  tokens: readonly Token[],
  at: number,
): number {
  if (keys.length !== start.count) return -1
  let next = at
  for (let i = 0; i < keys.length && next >= 0; i++) {
    if (keys[i] !== tokens[next]) return -1
    const property = Object.getOwnPropertyDescriptor(value, keys[i] as string)
    if (!property?.enumerable) return -1
    next = skipEqual(property.value, tokens, next + 1)
  }
  return next
}
