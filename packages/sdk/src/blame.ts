import * as operations from '@descartes/store'
import { BEGINNING_OF_TIME, fromTimestamp, type Seen } from '@descartes/store'
import { toEvent } from './events.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { parsePointer } from './json-patch/pointer.ts'
import { valueAt } from './json-patch/value-at.ts'
import { parse } from './parse.ts'
import type { Blame } from './records.ts'
import { toTransition } from './transitions.ts'

/** Versions looked at in one read, so that other calls get in between. */
const SEEN_AT_ONCE = 32

export async function blame(handle: Handle<unknown>, agentId: string, pointer: string): Promise<Blame | null> {
  parse(fields.id, 'agentId', agentId)
  const at = parsePointer(pointer, 'pointer')
  const change = await findChange(handle, agentId, (stateData) => valueAt(stateData, at))
  if (change === undefined) return null
  const { version, createdAt, since } = change
  const { events, transitions } = await handle.executor.read(() =>
    operations.eventsOfMoment(handle.namespace, agentId, since, createdAt),
  )
  return {
    version,
    createdAt: fromTimestamp(createdAt),
    events: events.map(toEvent),
    transitions: transitions.map(toTransition),
  }
}

/** The newest version in which something looks different than in the one before. */
async function findChange(
  handle: Handle<unknown>,
  agentId: string,
  look: (stateData: string) => string | undefined,
): Promise<{ version: number; createdAt: string; since: string } | undefined> {
  let newest = Number.MAX_SAFE_INTEGER
  for (;;) {
    const seen = await handle.executor.read(() =>
      operations.scanRevisions(handle.namespace, agentId, { newest, limit: SEEN_AT_ONCE + 1 }, look),
    )
    const changed = seen.findIndex((row, i) => i + 1 < seen.length && row.seen !== seen[i + 1]?.seen)
    if (changed !== -1) {
      const { version, createdAt } = seen[changed] as Seen<unknown>
      return { version, createdAt, since: (seen[changed + 1] as Seen<unknown>).createdAt }
    }
    const oldest = seen.at(-1)
    if (oldest === undefined) return undefined
    if (seen.length <= SEEN_AT_ONCE)
      return oldest.seen === undefined ? undefined : { ...oldest, since: BEGINNING_OF_TIME }
    newest = oldest.version
  }
}
