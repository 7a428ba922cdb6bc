import { spawnSync } from 'node:child_process'
import fs from 'node:fs/promises'
import path from 'node:path'
import { figure, ratio } from '../measure.ts'
import { formatMillis, formatRatio, table } from '../table.ts'
import type { GroupResult, Run } from './group.ts'

const IN_FLIGHT = 512
const TITLES = {
  descartes: 'Descartes',
  prisma: 'Prisma client',
  raw: 'raw, batches of 512 in one go',
  idle: 'nothing at all',
} as const
type Name = keyof typeof TITLES

interface Delay {
  p50: number
  p99: number
  max: number
  /** Saves a second. */
  perSecond: number
}

/** How late the event loop is while 512 saves are in flight all the time. */
export async function measureEventLoop(run: Run): Promise<GroupResult> {
  const [rounds, seconds] = run.quick ? [1, 1] : [3, 3]
  const delays: Record<Name, Delay[]> = { descartes: [], prisma: [], raw: [], idle: [] }
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(TITLES) as Name[]) {
      run.progress.at(`event loop, round ${round + 1} of ${rounds}: ${name}`)
      delays[name].push(await measureDelay(run, name, seconds))
    }
  }
  const p99 = figure(delays.descartes.map((delay) => delay.p99))
  const perSecond = (name: Name) => delays[name].map((delay) => delay.perSecond)
  const rows = (Object.keys(TITLES) as Name[]).map((name) => {
    const column = (of: (delay: Delay) => number) => formatMillis(figure(delays[name].map(of)).median)
    const speed = name === 'idle' ? '' : formatRatio(ratio(perSecond(name), perSecond('raw')))
    return [TITLES[name], column(({ p50 }) => p50), column(({ p99 }) => p99), column(({ max }) => max), speed]
  })
  return {
    name: 'event-loop',
    figures: delays,
    tables: table(
      `Event-loop delay with ${IN_FLIGHT} saves in flight for ${seconds} s, durability full`,
      ['', 'p50', 'p99', 'max', 'saves per second ÷ raw'],
      rows,
    ),
    verdicts: [
      {
        target: `event-loop delay p99 at most 20 ms with ${IN_FLIGHT} saves in flight`,
        limit: '≤ 20 ms',
        measured: p99,
        holds: p99.median <= 20,
      },
    ],
  }
}

async function measureDelay(run: Run, name: Name, seconds: number): Promise<Delay> {
  const database = path.join(run.folder, `event-loop-${name}.db`)
  await fs.copyFile(run.template, database)
  const program = path.join(import.meta.dirname, '..', 'processes', 'event-loop.ts')
  const options = process.execArgv.filter((option) => option.startsWith('--conditions'))
  const args = [...options, '--import', 'tsx', program, name, database, String(seconds), String(IN_FLIGHT)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`event-loop.ts ${name} ended with ${status}: ${stderr}`)
  await fs.rm(database)
  return JSON.parse(stdout) as Delay
}
