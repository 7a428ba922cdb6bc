import { types } from 'node:util'
import { DeltaSnapshot, type SerializerProtocol } from '@langchain/langgraph-checkpoint'
import { JSON_TYPE, type Kept, MARK, type Marked, OWN, SNAPSHOT } from './mark.ts'
import { isPlain } from './prototypes.ts'

/** The value that was encoded. */
export async function decodeValue(stored: unknown, serde: SerializerProtocol): Promise<unknown> {
  const marks: Kept[] = []
  findMarks(stored, marks)
  if (marks.length === 0) return stored
  const dumped = marks.filter(isOfSerializer)
  const loaded = dumped.length === 0 ? [] : await load(dumped, serde)
  return decode(stored, loaded.values())
}

/** Notes all that is marked, in the order in which `decode` comes to it. */
function findMarks(stored: unknown, marks: Kept[]): void {
  if (typeof stored !== 'object' || stored === null) return
  if (!Array.isArray(stored) && Object.hasOwn(stored, MARK)) {
    const kept = (stored as Marked)[MARK]
    marks.push(kept)
    if (kept[0] === OWN) for (const item of itemsOf(kept[1] as object)) findMarks(item, marks)
    else if (kept[0] === SNAPSHOT) findMarks(kept[1], marks)
  } else for (const item of itemsOf(stored)) findMarks(item, marks)
}

/** Dates, bytes and the like are values; what was read from the store has no other objects. */
function itemsOf(container: object): Iterable<unknown> {
  if (Array.isArray(container) || types.isSet(container)) return container
  if (types.isMap(container)) return [...container].flat()
  return isPlain(container) ? Object.values(container) : []
}

function decode(stored: unknown, loaded: Iterator<unknown>): unknown {
  if (typeof stored !== 'object' || stored === null) return stored
  if (Array.isArray(stored) || !Object.hasOwn(stored, MARK)) return decodeItems(stored, loaded)
  const kept = (stored as Marked)[MARK]
  if (kept[0] === OWN) return decodeItems(kept[1] as object, loaded)
  return kept[0] === SNAPSHOT ? new DeltaSnapshot(decode(kept[1], loaded)) : loaded.next().value
}

function decodeItems(container: object, loaded: Iterator<unknown>): object {
  const decodeItem = (item: unknown) => decode(item, loaded)
  if (Array.isArray(container)) return container.map(decodeItem)
  if (types.isSet(container)) return new Set([...container].map(decodeItem))
  if (types.isMap(container)) return new Map([...container].map(([key, item]) => [decodeItem(key), decodeItem(item)]))
  if (!isPlain(container)) return container
  return Object.fromEntries(Object.entries(container).map(([key, item]) => [key, decodeItem(item)]))
}

async function load(kept: readonly Kept[], serde: SerializerProtocol): Promise<unknown[]> {
  if (kept.every(([type]) => type === JSON_TYPE))
    return (await serde.loadsTyped(JSON_TYPE, JSON.stringify(kept.map(([, value]) => value)))) as unknown[]
  return Promise.all(kept.map(([type, value]) => serde.loadsTyped(type, value as Uint8Array)))
}

function isOfSerializer([type]: Kept): boolean {
  return type !== OWN && type !== SNAPSHOT
}
