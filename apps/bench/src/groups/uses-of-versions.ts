import type { StateStore } from '@descartes/sdk'
import { type AgedAgent, agedAgents, requireVersion } from '../histories/aged-agent.ts'
import { bytesOnDisk, emptyLog } from '../histories/keeper.ts'
import { patched } from '../histories/patched.ts'
import { figure } from '../measure.ts'
import { Reader, requireSame } from '../operations/reader.ts'
import { formatMicros, table } from '../table.ts'
import type { GroupResult, Run } from './group.ts'

interface Use {
  readonly title: string
  /** Does it once, for the `n`th time; returns what is checked after the time is taken. */
  run(store: StateStore, agent: AgedAgent, n: number): Promise<() => unknown>
}

const USES: readonly Use[] = [
  {
    title: 'fork of the newest version',
    run: (store, agent, n) => fork(store, agent, agent.versions, `of-newest-${n}`),
  },
  {
    title: 'fork of the version in the middle',
    run: (store, agent, n) => fork(store, agent, agent.versions / 2, `of-middle-${n}`),
  },
  {
    title: 'difference of the two newest',
    run: (store, agent) => difference(store, agent, agent.versions - 1, agent.versions),
  },
  {
    title: 'difference of the first and the newest',
    run: (store, agent) => difference(store, agent, 1, agent.versions),
  },
  {
    title: 'blame for what changed last',
    run: (store, agent) => blame(store, agent, agent.pointers.newest, agent.versions),
  },
  {
    title: 'blame for what never changed',
    run: (store, agent) => blame(store, agent, agent.pointers.oldest, 1),
  },
  {
    title: 'a page of 100 versions',
    async run(store, { agentId, versions }) {
      const { items } = await store.listRevisions(agentId, { limit: 100 })
      return () =>
        requireSame(
          items.map(({ version }) => version),
          Array.from({ length: 100 }, (_, i) => versions - i),
          'versions listed',
        )
    },
  },
]

/** What a history is good for besides loading; pruned in the end. For information: no target is set. */
export async function measureUses(
  run: Run,
  store: StateStore,
  file: string,
): Promise<Pick<GroupResult, 'tables' | 'figures'> & { figures: object }> {
  const agents = agedAgents(run.quick ? 100 : 1000)
  const times = new Map<string, number[][]>(USES.map(({ title }) => [title, agents.map(() => [])]))
  for (let round = 0; round < (run.quick ? 2 : 5); round++) {
    for (const use of USES) {
      run.progress.at(`versions: ${use.title}`)
      for (const [i, agent] of agents.entries()) times.get(use.title)?.[i]?.push(await timed(use, store, agent, round))
    }
  }
  const forkBytes = agents.map((agent) => bytesOfFork(file, agent))
  const pruned = []
  for (const agent of agents) {
    run.progress.at(`versions: pruning ${agent.title}`)
    pruned.push(await prune(store, file, agent))
  }
  const rows = [
    ...[...times].map(([title, values]) => [title, ...values.map((micros) => formatMicros(figure(micros).median))]),
    ['bytes of history of a fork of the newest', ...forkBytes.map((bytes) => `${bytes} B`)],
    ['pruning all but the newest', ...pruned.map(({ micros }) => formatMicros(micros))],
    ['versions removed by it', ...pruned.map(({ revisions }) => String(revisions))],
    ['bytes of them', ...pruned.map(({ bytes }) => kilobytes(bytes))],
    ['the file before', ...pruned.map(({ before }) => kilobytes(before))],
    ['the file after', ...pruned.map(({ after }) => kilobytes(after))],
  ]
  return {
    figures: { uses: Object.fromEntries(times), forkBytes, pruned },
    tables: table('What else there is to do with them', ['', ...agents.map(({ title }) => title)], rows),
  }
}

async function timed(use: Use, store: StateStore, agent: AgedAgent, n: number): Promise<number> {
  const started = performance.now()
  const check = await use.run(store, agent, n)
  const micros = (performance.now() - started) * 1000
  check()
  return micros
}

async function fork(store: StateStore, agent: AgedAgent, version: number, name: string): Promise<() => unknown> {
  const forked = await store.forkAgent(agent.agentId, { version, agentId: `${agent.agentId}-${name}` })
  return () => {
    requireSame(forked.parent, { agentId: agent.agentId, version }, 'parent of a fork')
    requireVersion(agent, version, { ...forked, version })
  }
}

async function difference(store: StateStore, agent: AgedAgent, from: number, to: number): Promise<() => unknown> {
  const patch = await store.diffRevisions(agent.agentId, from, to)
  return () =>
    requireSame(patched(agent.stateAt(from), patch), agent.stateAt(to), `difference of versions ${from} and ${to}`)
}

async function blame(store: StateStore, agent: AgedAgent, pointer: string, version: number): Promise<() => unknown> {
  const found = await store.blame(agent.agentId, pointer)
  return () => requireSame(found?.version, version, `the version to blame for ${pointer}`)
}

function bytesOfFork(file: string, { agentId }: AgedAgent): number {
  const reader = new Reader(file)
  try {
    const sql = 'SELECT length(data) AS bytes FROM agent_revisions WHERE agent_id = ?'
    return reader.row<{ bytes: number }>(sql, `${agentId}-of-newest-0`)?.bytes as number
  } finally {
    reader.close()
  }
}

async function prune(store: StateStore, file: string, agent: AgedAgent) {
  emptyLog(file)
  const before = bytesOnDisk(file)
  const started = performance.now()
  const { revisions, bytes } = await store.pruneRevisions({ agentId: agent.agentId, keepLast: 1 })
  const micros = (performance.now() - started) * 1000
  requireVersion(agent, agent.versions, await store.loadAgentState(agent.agentId, { version: agent.versions }))
  return { micros, revisions, bytes, before, after: bytesOnDisk(file) }
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1000).toLocaleString('en')} KB`
