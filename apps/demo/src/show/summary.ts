import type { AgentState, StateStore } from '@descartes/sdk'
import Table from 'cli-table3'
import { allPages } from '../pages.ts'
import type { Style } from '../style.ts'
import type { WorkerState } from '../worker-state.ts'
import { heading } from './heading.ts'

/** An agent's version counts its saves. */
const COLUMNS = ['agent', 'documents', 'sections', 'words', 'saves', 'transitions', 'snapshots']

/** What each agent did, as the store tells it. */
export async function showSummary(
  style: Style,
  store: StateStore<WorkerState>,
  agentIds: readonly string[],
): Promise<void> {
  heading(style, 'Summary')
  const rows = await Promise.all(agentIds.map((agentId) => agentRow(store, agentId)))
  const totals = COLUMNS.slice(1).map((_, column) => rows.reduce((sum, { numbers }) => sum + (numbers[column] ?? 0), 0))
  const table = new Table({
    head: COLUMNS.map(style.dim),
    colAligns: COLUMNS.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [], 'padding-left': 2, 'padding-right': 0 },
    chars: BORDERLESS,
  })
  for (const { agentId, numbers } of rows) table.push([agentId, ...numbers.map(format)])
  table.push(['all', ...totals.map(format)].map(style.bold))
  console.log(table.toString())
}

async function agentRow(store: StateStore<WorkerState>, agentId: string) {
  const { state, version } = (await store.loadAgentState(agentId)) as AgentState<WorkerState>
  const transitions = await allPages((page) => store.getStateHistory(agentId, page))
  const snapshots = await allPages((page) => store.listSnapshots(agentId, page))
  return {
    agentId,
    numbers: [state.documents, state.sections, state.words, version, transitions.length, snapshots.length],
  }
}

const format = (number: number) => number.toLocaleString('en')

const EDGES = ['top', 'bottom', 'left', 'right', 'mid'] as const
const BORDERLESS = Object.fromEntries(
  ['', '-mid', '-left', '-right'].flatMap((end) => EDGES.map((edge) => [`${edge}${end}`, ''])).concat([['middle', '']]),
)
