import { statSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { emptyLog } from '../histories/keeper.ts'
import { CHANGES, requireChanged, SizedAgent } from '../histories/sized-agent.ts'
import { type Contestant, figure, interleave, ratio } from '../measure.ts'
import { Reader, requireSame } from '../operations/reader.ts'
import { formatMicros, formatRatio, table } from '../table.ts'
import type { GroupResult, Run, Verdict } from './group.ts'

/** The sizes of states, and how many changes a round makes. */
const SIZES = [
  { title: '1 KB', bytes: 1e3, count: 8 },
  { title: '100 KB', bytes: 1e5, count: 8 },
  { title: '1 MB', bytes: 1e6, count: 4 },
  { title: '10 MB', bytes: 1e7, count: 1 },
]
const SNAPSHOTS = 128

/** How the cost of a change, and of a snapshot, grows with the size of the state. */
export async function measureStateSize(run: Run): Promise<GroupResult> {
  const folder = await fs.mkdtemp(path.join(run.folder, 'state-size-'))
  const file = path.join(folder, 'states.db')
  const store = await openStateStore({ url: pathToFileURL(file).href, durability: 'normal' })
  try {
    run.progress.at('state size: saving')
    const sizes = run.quick ? SIZES.slice(0, -1) : SIZES
    const agents = sizes.map(({ title, bytes }) => new SizedAgent(title, bytes))
    for (const agent of agents) await agent.reset(store)
    const snapshots = await measureSnapshots(run, store, file, agents)
    const times: [string, number[][]][] = []
    const written: [string, number[][]][] = []
    for (const title of Object.keys(CHANGES)) {
      run.progress.at(`state size: ${title}`)
      times.push([title, await measureTimes(run, store, agents, title)])
      written.push([title, await measureWritten(run, store, file, agents, title)])
    }
    return {
      name: 'state-size',
      figures: { snapshots, times: Object.fromEntries(times), written: Object.fromEntries(written) },
      tables: sizesTable([['createSnapshot', snapshots], ...times], written),
      verdicts: [snapshotVerdict(snapshots, run.quick)],
    }
  } finally {
    await store.close()
    await fs.rm(folder, { recursive: true })
  }
}

async function measureSnapshots(
  run: Run,
  store: StateStore,
  file: string,
  agents: readonly SizedAgent[],
): Promise<number[][]> {
  run.progress.at('state size: snapshots')
  const reader = new Reader(file)
  let taken = 0
  const contestants = agents.map(
    ({ agentId, version }): Contestant => ({
      name: agentId,
      async round() {
        const started = performance.now()
        for (let i = 0; i < SNAPSHOTS; i++) await store.createSnapshot(agentId)
        const micros = ((performance.now() - started) * 1000) / SNAPSHOTS
        taken += SNAPSHOTS
        const stored = reader.row(
          'SELECT count(*) AS n, min(agent_version) AS version FROM state_snapshots WHERE agent_id = ? AND agent_version = ?',
          agentId,
          version,
        )
        requireSame(
          [reader.count('state_snapshots'), (stored as { version: number }).version],
          [taken, version],
          'snapshots',
        )
        return micros
      },
    }),
  )
  const figures = await interleave(contestants, run.rounds, 2)
  reader.close()
  await requireRestorable(store, agents.at(-1) as SizedAgent)
  return [...figures.values()]
}

/** Restores a snapshot of the largest state: it is a new version, equal to the one that the snapshot pins. */
async function requireRestorable(store: StateStore, agent: SizedAgent): Promise<void> {
  const { items } = await store.listSnapshots(agent.agentId, { limit: 1 })
  agent.version = (await store.restoreSnapshot(items[0]?.id as string)).version
  await requireChanged(store, agent)
}

/** Microseconds of one change, one at a time. */
async function measureTimes(
  run: Run,
  store: StateStore,
  agents: readonly SizedAgent[],
  title: string,
): Promise<number[][]> {
  const contestants = agents.map((agent, i): Contestant => {
    const { count } = SIZES[i] as (typeof SIZES)[number]
    return {
      name: agent.agentId,
      async round() {
        await agent.reset(store)
        const started = performance.now()
        for (let n = 0; n < count; n++) await change(store, agent, title)
        const micros = ((performance.now() - started) * 1000) / count
        await requireChanged(store, agent)
        return micros
      },
    }
  })
  return [...(await interleave(contestants, run.quick ? 3 : 11, 2)).values()]
}

/** Bytes of log that one change writes. */
async function measureWritten(
  run: Run,
  store: StateStore,
  file: string,
  agents: readonly SizedAgent[],
  title: string,
): Promise<number[][]> {
  const written: number[][] = agents.map(() => [])
  for (let round = 0; round < (run.quick ? 3 : 7); round++) {
    for (const [i, agent] of agents.entries()) {
      await agent.reset(store)
      emptyLog(file)
      await change(store, agent, title)
      written[i]?.push(statSync(`${file}-wal`).size)
    }
  }
  return written
}

async function change(store: StateStore, agent: SizedAgent, title: string): Promise<void> {
  const { version } = await (CHANGES[title] as (typeof CHANGES)[string])(store, agent)
  requireSame(version, ++agent.version, 'version returned')
}

function snapshotVerdict(snapshots: readonly number[][], quick: boolean): Verdict {
  const measured = ratio(snapshots.at(-1) as number[], snapshots[0] as number[])
  return {
    target: 'a snapshot costs the same for 10 MB of state as for 1 KB',
    limit: '≤ 1.3',
    measured,
    holds: quick ? undefined : measured.median <= 1.3,
  }
}

function sizesTable(
  times: readonly (readonly [string, number[][]])[],
  written: readonly (readonly [string, number[][]])[],
): string {
  const titles = SIZES.slice(0, times[0]?.[1].length).map(({ title }) => title)
  const timeTable = table(
    'How cost grows with the size of the state, one at a time, durability normal',
    ['', `${titles.at(-1)} ÷ 1 KB`, ...titles.map((title) => `at ${title}`)],
    times.map(([title, values]) => [
      title,
      formatRatio(ratio(values.at(-1) as number[], values[0] as number[])),
      ...values.map((micros) => formatMicros(figure(micros).median)),
    ]),
  )
  const writtenTable = table(
    'Bytes that one change adds to the write-ahead log',
    ['', ...titles.map((title) => `at ${title}`)],
    written.map(([title, values]) => [title, ...values.map((bytes) => kilobytes(figure(bytes).median))]),
  )
  return `${timeTable}\n${writtenTable}`
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1000).toLocaleString('en')} KB`
