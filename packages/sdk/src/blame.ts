import * as operations from '@descartes/store'
import { BEGINNING_OF_TIME, fromTimestamp, type Seen } from '@descartes/store'
import { toEvent } from './events.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { parsePointer } from './json-patch/pointer.ts'
import { valueAt } from './json-patch/value-at.ts'
import { parse } from './parse.ts'
import { answer, consistencyOf } from './reading.ts'
import type { Blame, Consistency, ReadOptions } from './records.ts'
import { toTransition } from './transitions.ts'

/** Versions looked at in one read, so that other calls get in between. */
const SEEN_AT_ONCE = 32

export async function blame(
  handle: Handle<unknown>,
  agentId: string,
  pointer: string,
  options?: ReadOptions,
): Promise<Blame | null> {
  parse(fields.id, 'agentId', agentId)
  const at = parsePointer(pointer, 'pointer')
  const consistency = consistencyOf(options)
  const change = await findChange(handle, agentId, (stateData) => valueAt(stateData, at), consistency)
  if (change === undefined) return null
  const { version, createdAt, since, server } = change
  const read = () => operations.eventsOfMoment(handle.namespace, agentId, since, createdAt)
  const { events, transitions } = (await answer(handle, read, consistency, server)).result
  return {
    version,
    createdAt: fromTimestamp(createdAt),
    events: events.map(toEvent),
    transitions: transitions.map(toTransition),
  }
}

interface Change {
  version: number
  createdAt: string
  /** When the version before was saved. */
  since: string
  /** Who has told. */
  server: string
}

/** The newest version in which something looks different than in the one before. */
async function findChange(
  handle: Handle<unknown>,
  agentId: string,
  look: (stateData: string) => string | undefined,
  consistency: Consistency | undefined,
): Promise<Change | undefined> {
  let newest = Number.MAX_SAFE_INTEGER
  let server: string | undefined
  for (;;) {
    const page = { newest, limit: SEEN_AT_ONCE + 1 }
    const scan = () => operations.scanRevisions(handle.namespace, agentId, page, look)
    const { result: seen, server: found } = await answer(handle, scan, consistency, server)
    const changed = seen.findIndex((row, i) => i + 1 < seen.length && row.seen !== seen[i + 1]?.seen)
    if (changed !== -1) {
      const { version, createdAt } = seen[changed] as Seen<unknown>
      return { version, createdAt, since: (seen[changed + 1] as Seen<unknown>).createdAt, server: found }
    }
    const oldest = seen.at(-1)
    if (oldest === undefined) return undefined
    if (seen.length <= SEEN_AT_ONCE)
      return oldest.seen === undefined ? undefined : { ...oldest, since: BEGINNING_OF_TIME, server: found }
    newest = oldest.version
    server = found
  }
}
