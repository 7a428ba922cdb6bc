import fs from 'node:fs/promises'
import path from 'node:path'
import { buildBefore } from '../before/build.ts'
import { openNewestOnly, openWithEmptyRow } from '../before/by-hand.ts'
import { beforeIn } from '../before/subject.ts'
import { agentId, agentInput, smallAgentInput } from '../data/content.ts'
import { SEED } from '../data/template.ts'
import { type Contestant, calibrate, figure, interleave, quantile, ratio } from '../measure.ts'
import { loadOf, type MakeInput, saveNewOf, saveOverOf } from '../operations/agents.ts'
import type { Operation, Trial } from '../operations/operation.ts'
import { openDescartes } from '../subjects/descartes.ts'
import type { Durability, OpenSubject } from '../subjects/subject.ts'
import { formatMicros, formatRatio, table } from '../table.ts'
import type { GroupResult, Run, Verdict } from './group.ts'

const MAKERS: Record<string, MakeInput> = { '200 B': smallAgentInput, '1 KB': agentInput }

const NOT_BUILT =
  'Save and load beside what was there before revisions: not measured, for this clone lacks the commit (git fetch --unshallow)'

const TITLE = 'Save and load beside our packages as they were before there were revisions'
const TITLE_BY_HAND = 'By hand on raw better-sqlite3: a save with an empty row of history beside it, and one without'

const WARM_UP = 2

interface Cell {
  size: string
  operation: Operation
  inFlight: number
  durability: Durability
}

/** Microseconds of one operation, round by round: by the clock, and of CPU time. */
interface Figures {
  before: number[]
  now: number[]
  cpuBefore: number[]
  cpuNow: number[]
}

type Subjects = Record<'before' | 'now', OpenSubject>

const BY_HAND: Subjects = { before: openNewestOnly, now: openWithEmptyRow }

/** Save and load beside our own packages as they were before there were revisions: the newest version alone was kept. */
export async function measureBefore(run: Run): Promise<GroupResult> {
  run.progress.at('before: building what was there before revisions')
  const built = await buildBefore()
  if (built === undefined) return { name: 'before', figures: null, tables: `${NOT_BUILT}\n`, verdicts: [] }
  const subjects = { before: await beforeIn(built), now: openDescartes }
  const measured: [Cell, Figures][] = []
  const byHand: [Cell, Figures][] = []
  for (const [size, make] of Object.entries(MAKERS)) {
    const folder = await fs.mkdtemp(path.join(run.folder, 'before-'))
    for (const [name, open] of Object.entries(subjects)) await seed(path.join(folder, `${name}.db`), open, make)
    for (const cell of cellsOf(size, make)) {
      run.progress.at(`before: ${describe(cell)}`)
      measured.push([cell, await measureCell(run, subjects, folder, cell)])
    }
    await fs.copyFile(path.join(folder, 'now.db'), path.join(folder, 'before.db'))
    for (const cell of cellsOf(size, make).filter(isGroupedSave)) {
      run.progress.at(`before: by hand, ${describe(cell)}`)
      byHand.push([cell, await measureCell(run, BY_HAND, folder, cell)])
    }
    await fs.rm(folder, { recursive: true })
  }
  const verdict = (target: string, limit: number, wanted: (cell: Cell) => boolean): Verdict => {
    const [cell, worst] = measured
      .filter(([cell]) => wanted(cell))
      .map(([cell, { now, before }]) => [cell, ratio(now, before)] as const)
      .reduce((a, b) => (b[1].median > a[1].median ? b : a))
    return { target, limit: `≤ ${limit}`, measured: worst, holds: worst.median <= limit, note: describe(cell) }
  }
  return {
    name: 'before',
    figures: { measured: figuresOf(measured), byHand: figuresOf(byHand) },
    tables: [beforeTable(TITLE, measured), beforeTable(TITLE_BY_HAND, byHand)].join('\n'),
    verdicts: [
      verdict(
        'save of a small state at 64 in flight: at most 1.25x of before there were revisions',
        1.25,
        isGroupedSave,
      ),
      verdict(
        'load of the newest version: as before there were revisions',
        1.1,
        ({ operation }) => operation.mode === 'read',
      ),
    ],
  }
}

const isGroupedSave = ({ operation, inFlight }: Cell) => operation.mode === 'write' && inFlight === 64

function figuresOf(measured: readonly (readonly [Cell, Figures])[]): unknown[] {
  return measured.map(([{ operation, ...cell }, figures]) => ({ operation: operation.name, ...cell, figures }))
}

function cellsOf(size: string, make: MakeInput): Cell[] {
  const [saveOver, saveNew, load] = [saveOverOf(make), saveNewOf(make), loadOf(make)]
  return [
    { size, operation: saveOver, inFlight: 64, durability: 'full' },
    { size, operation: saveOver, inFlight: 64, durability: 'normal' },
    { size, operation: saveNew, inFlight: 64, durability: 'full' },
    { size, operation: saveOver, inFlight: 1, durability: 'normal' },
    { size, operation: load, inFlight: 1, durability: 'full' },
    { size, operation: load, inFlight: 64, durability: 'full' },
  ]
}

async function measureCell(
  run: Run,
  subjects: Subjects,
  folder: string,
  { operation, inFlight, durability }: Cell,
): Promise<Figures> {
  const cleanups: (() => unknown)[] = []
  try {
    const trials: Trial[] = []
    for (const [name, open] of Object.entries(subjects)) {
      const file = path.join(folder, 'measured.db')
      const copy = `${file}-${name}`
      await fs.copyFile(path.join(folder, `${name}.db`), copy)
      cleanups.unshift(() => fs.rm(copy))
      const subject = await open(copy, durability)
      cleanups.unshift(() => subject.close())
      const trial = operation.start(subject, inFlight) as Trial
      cleanups.unshift(() => trial.end())
      trials.push(trial)
    }
    // A round of both is equally long, and short: there are the more in which nobody else was at work.
    const options = { least: inFlight, most: 20_000, targetMs: 8 }
    const counts: number[] = []
    for (const trial of trials) counts.push(await calibrate((count) => trial.round(count), options))
    const cpu: number[][] = trials.map(() => [])
    const contestants = trials.map(
      (trial, i): Contestant => ({
        name: Object.keys(subjects)[i] as string,
        async round() {
          const micros = await trial.round(Math.max(...counts))
          cpu[i]?.push(trial.cpu)
          return micros
        },
      }),
    )
    const figures = await interleave(contestants, run.quick ? 20 : 150, WARM_UP)
    const [cpuBefore = [], cpuNow = []] = cpu.map((values) => values.slice(WARM_UP))
    return { before: figures.get('before') as number[], now: figures.get('now') as number[], cpuBefore, cpuNow }
  } finally {
    for (const cleanup of cleanups) await cleanup()
  }
}

async function seed(file: string, open: OpenSubject, make: MakeInput): Promise<void> {
  const subject = await open(file, 'normal')
  const save = subject.operations.saveAgentState as NonNullable<typeof subject.operations.saveAgentState>
  for (const step of [0, 1]) {
    const inputs = Array.from({ length: SEED.agents }, (_, i) => make(agentId(i), step))
    await subject.run('write', save, inputs, 64)
  }
  await subject.close()
}

function beforeTable(title: string, measured: readonly (readonly [Cell, Figures])[]): string {
  const rows = measured.map(([{ size, operation, inFlight, durability }, { now, before, cpuNow, cpuBefore }]) => [
    operation.name,
    size,
    operation.mode === 'read' ? '' : durability,
    String(inFlight),
    formatRatio(ratio(now, before)),
    (sum(cpuNow) / sum(cpuBefore)).toFixed(2),
    (fastest(now) / fastest(before)).toFixed(2),
    formatMicros(figure(now).median),
    formatMicros(figure(before).median),
  ])
  return table(
    title,
    [
      '',
      'state',
      'durability',
      'in flight',
      'now ÷ before',
      'CPU time of all rounds',
      'fastest tenth of rounds',
      'now',
      'before',
    ],
    rows,
    3,
  )
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b)
const fastest = (values: readonly number[]) =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.1,
  )

function describe({ size, operation, inFlight, durability }: Cell): string {
  return `${operation.name}, ${size}, ${inFlight} in flight, ${durability}`
}
