import type { AgentState, Snapshot, StateStore } from '@descartes/sdk'
import { allPages } from '../pages.ts'
import { count, fit, oneLine, type Style } from '../style.ts'
import { AS_KILLED, type WorkerState } from '../worker-state.ts'
import { heading } from './heading.ts'

/** Takes an agent back to the moment of the kill, and forward again to its newest snapshot. */
export async function showRestore(style: Style, store: StateStore<WorkerState>, agentId: string): Promise<void> {
  const snapshots = await allPages((page) => store.listSnapshots(agentId, page))
  const newest = snapshots[0] as Snapshot
  const asKilled = snapshots.find(({ description }) => description === AS_KILLED) as Snapshot
  const line = (what: string, { version, state }: AgentState<WorkerState>) => {
    const label = fit(oneLine(what), 28).padEnd(28)
    console.log(
      `  ${label}  ${style.dim(`version ${String(version).padEnd(4)}`)}  ${fit(describe(state), style.columns - 46)}`,
    )
  }
  heading(style, 'Restore', 'each one a new version; nothing is rewritten')
  line(`${agentId} at the end`, (await store.loadAgentState(agentId)) as AgentState<WorkerState>)
  line(`back: ${asKilled.description}`, await store.restoreSnapshot(asKilled.id))
  line(`forward: ${newest.description}`, await store.restoreSnapshot(newest.id))
}

function describe({ documents, reading }: WorkerState): string {
  const now = reading === null ? '' : `, in section ${reading.read + 1} of ${reading.sections}`
  return `${count(documents, 'document')}${now}`
}
