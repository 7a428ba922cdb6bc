import * as operations from '@descartes/store'
import { AgentNotFoundError, type Engine, OutsideTransactionError, toTimestamp } from '@descartes/store'
import * as v from 'valibot'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { parse } from './parse.ts'
import type { PruneOptions, PruneReport } from './records.ts'

const PRUNE = v.strictObject({
  agentId: v.optional(fields.id),
  keepLast: v.optional(fields.integer(1)),
  olderThan: v.optional(fields.date),
  keepEvery: v.optional(fields.integer(1)),
  dryRun: v.optional(fields.flag),
  onProgress: v.optional(fields.callback<NonNullable<PruneOptions['onProgress']>>()),
})

export async function pruneRevisions(
  engine: Engine,
  handle: Handle<unknown>,
  options: PruneOptions = {},
): Promise<PruneReport> {
  const { agentId, keepLast, olderThan, keepEvery, dryRun = false, onProgress } = parse(PRUNE, 'options', options)
  await requireOutside(handle, 'pruneRevisions')
  const rule = { keepLast, olderThan: olderThan && toTimestamp(olderThan), keepEvery }
  const progress = { agents: 0, revisions: 0, bytes: 0 }
  const add = ({ revisions, bytes }: operations.Prunable) => {
    progress.revisions += revisions
    progress.bytes += bytes
  }
  for await (const id of agentsOf(handle, agentId)) {
    if (dryRun) add(await handle.executor.read(() => operations.countPrunable(handle.namespace, id, rule)))
    else
      await pruneAgent(handle, id, rule, async (pruned) => {
        add(pruned)
        await onProgress?.({ ...progress })
      })
    progress.agents++
    await onProgress?.({ ...progress })
  }
  // Even when nothing was left to remove: a prune before this one may have been cut short while it gave room back.
  const hasRule = keepLast !== undefined || olderThan !== undefined || keepEvery !== undefined
  if (dryRun || !hasRule) return { ...progress, dryRun, reclaimedBytes: 0 }
  const { bytesBefore, bytesAfter } = await engine.reclaim()
  return { ...progress, dryRun, reclaimedBytes: Math.max(0, bytesBefore - bytesAfter) }
}

async function pruneAgent(
  handle: Handle<unknown>,
  agentId: string,
  rule: operations.PruneRule,
  onBatch: (pruned: operations.Prunable) => Promise<void>,
): Promise<void> {
  const upTo = await handle.executor.read(() => operations.newestPrunable(handle.namespace, agentId, rule))
  while (upTo !== undefined) {
    const pruned = await handle.executor.write(() => operations.pruneRevisions(handle.namespace, agentId, rule, upTo))
    if (pruned.revisions === 0) return
    await onBatch(pruned)
  }
}

async function* agentsOf(handle: Handle<unknown>, agentId: string | undefined): AsyncGenerator<string> {
  if (agentId !== undefined) {
    const agent = await handle.executor.read(() => operations.findAgent(handle.namespace, agentId))
    if (agent === undefined) throw new AgentNotFoundError(agentId)
    yield agentId
    return
  }
  for (let after = ''; ; ) {
    const next = await handle.executor.read(() => operations.nextAgent(handle.namespace, after))
    if (next === undefined) return
    yield next
    after = next
  }
}

/** What runs in many commits, and gives room back after them, cannot run inside of one. */
export async function requireOutside(handle: Handle<unknown>, method: string): Promise<void> {
  if (!handle.isInTransaction) return
  // A handle that cannot be used at all says so.
  await handle.executor.read(nothing)
  throw new OutsideTransactionError(`${method} works in many small commits; call it outside transact()`)
}

function* nothing(): operations.Operation<void> {}
