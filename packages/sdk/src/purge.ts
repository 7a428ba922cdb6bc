import type { Engine } from '@descartes/store'
import * as operations from '@descartes/store'
import * as v from 'valibot'
import { forgetState } from './encode-state.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { parse } from './parse.ts'
import { requireOutside } from './prune.ts'
import type { PurgeOptions, PurgeReport } from './records.ts'

const PURGE = v.strictObject({ onProgress: v.optional(fields.callback<NonNullable<PurgeOptions['onProgress']>>()) })

export async function purgeAgent(
  engine: Engine,
  handle: Handle<unknown>,
  agentId: string,
  options: PurgeOptions = {},
): Promise<PurgeReport> {
  parse(fields.id, 'agentId', agentId)
  const { onProgress } = parse(PURGE, 'options', options)
  await requireOutside(handle, 'purgeAgent')
  forgetState(handle, agentId)
  const purged = { agents: 0, revisions: 0, snapshots: 0, transitions: 0, sessions: 0, events: 0, tasksReleased: 0 }
  for (let step = 0; ; ) {
    const done = await handle.executor.write(() => operations.purgeAgent(handle.namespace, agentId, step))
    if (done === undefined) break
    const { removed, next } = done
    step = next
    for (const of of Object.keys(removed) as (keyof operations.Purged)[]) purged[of] += removed[of] ?? 0
    await onProgress?.({ ...purged })
    // The agent is the last to go. Whoever saves one of that id from now on makes a new agent.
    if (removed.agents !== undefined) break
  }
  const { bytesBefore, bytesAfter, isScrubbed } = await engine.scrub()
  return { ...purged, reclaimedBytes: Math.max(0, bytesBefore - bytesAfter), isScrubbed }
}
