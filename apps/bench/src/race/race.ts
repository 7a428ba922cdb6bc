import path from 'node:path'
import { conversation } from '../data/conversation.ts'
import { describeMachine } from '../machine.ts'
import type { KeptOperation } from '../operations/kept.ts'
import { startServer } from '../postgresql/server.ts'
import type { Progress } from '../progress.ts'
import type { Durability } from '../subjects/subject.ts'
import { measureCell, type Pace } from './cell.ts'
import { requireSeeded, requireWork } from './check.ts'
import type { Engine } from './contestants.ts'
import { findEmmett } from './emmett.ts'
import type { Entrant } from './entrant.ts'
import { createTemplates, type Templates } from './files.ts'
import { keepingOnPostgresql, keepingOnSqlite, measureHistory } from './history.ts'
import { EVENTS, RACES, type RaceName } from './operations.ts'
import { enterPostgresql, versionOf } from './postgresql.ts'
import { type Cell, ENGINES, type HistoryReport, type RaceReport } from './report.ts'
import { enterSqlite } from './sqlite.ts'

/** What `--only` takes; a name stands for all races that begin with it. */
export const PARTS = ['load', 'list', 'search', 'append', 'save', 'history'] as const
export type Part = (typeof PARTS)[number]

export interface RaceRun {
  command: string
  quick: boolean
  parts: readonly Part[]
  /** For databases; removed when the run ends. */
  folder: string
  progress: Progress
}

const PACE: Pace = { rounds: 11, leastRounds: 4, roundMs: 16, cellMs: 3000 }
const QUICK: Pace = { rounds: 3, leastRounds: 3, roundMs: 4, cellMs: 500 }
const LEVELS = [1, 8, 64, 512]
const QUICK_LEVELS = [1, 64]

/** On the server these are done by one contestant alone. */
const SQLITE_ONLY: readonly RaceName[] = ['list', 'search']

/** Lets everyone race on SQLite, then on PostgreSQL. Nobody is timed whose work was not read back before. */
export async function race(run: RaceRun): Promise<RaceReport> {
  const startedAt = new Date()
  const emmett = findEmmett()
  const report: RaceReport = {
    command: run.command,
    startedAt: startedAt.toISOString(),
    seconds: 0,
    machine: describeMachine(),
    absent: 'missing' in emmett ? { Emmett: emmett.missing } : {},
    cells: [],
    histories: [],
  }
  run.progress.at('seeding')
  const templates = await createTemplates(run.folder, EVENTS)
  await onSqlite(run, report, templates)
  await onPostgresql(run, report)
  run.progress.done()
  report.seconds = Math.round((Date.now() - startedAt.getTime()) / 1000)
  return report
}

const racesOf = ({ parts }: RaceRun) =>
  (Object.keys(RACES) as RaceName[]).filter((name) => parts.some((part) => name.startsWith(part)))

async function onSqlite(run: RaceRun, report: RaceReport, templates: Templates): Promise<void> {
  const races = racesOf(run)
  for (const [durability, names] of [
    ['full', races],
    // What a commit costs beside its sync.
    ['normal', races.filter((name) => name === 'save over')],
  ] as [Durability, RaceName[]][]) {
    if (names.length === 0) continue
    const entrants = await enterSqlite(run.folder, templates, durability, names)
    try {
      report.cells.push(...(await compete(run, 'sqlite', entrants, durability, names)))
    } finally {
      for (const entrant of entrants) await entrant.close()
    }
  }
  if (run.parts.includes('history'))
    report.histories.push(await raceHistory(run, 'sqlite', keepingOnSqlite(run.folder, templates), run.quick ? 1 : 2))
}

async function onPostgresql(run: RaceRun, report: RaceReport): Promise<void> {
  const races = racesOf(run).filter((name) => !SQLITE_ONLY.includes(name))
  if (races.length === 0 && !run.parts.includes('history')) return
  run.progress.at('PostgreSQL: starting and seeding')
  const server = await startServer()
  if ('missing' in server) {
    report.absent.PostgreSQL = server.missing
    return
  }
  try {
    report.postgresql = await versionOf(server)
    if (races.length > 0) {
      const entrants = await enterPostgresql(server)
      try {
        report.cells.push(...(await compete(run, 'postgresql', entrants, 'full', races)))
      } finally {
        for (const entrant of entrants) await entrant.close()
      }
    }
    if (run.parts.includes('history'))
      report.histories.push(await raceHistory(run, 'postgresql', keepingOnPostgresql(server), 1))
  } finally {
    await server.stop()
  }
}

async function compete(
  { quick, progress }: RaceRun,
  engine: Engine,
  entrants: readonly Entrant[],
  durability: Durability,
  races: readonly RaceName[],
): Promise<Cell[]> {
  progress.at(`${ENGINES[engine]}, ${durability}: reading back what everyone does`)
  for (const entrant of entrants) await requireSeeded(entrant)
  for (const race of races) for (const entrant of entrants) await requireWork(entrant, operationOf(race))
  const cells: Cell[] = []
  for (const race of races)
    for (const inFlight of quick ? QUICK_LEVELS : LEVELS) {
      progress.at(`${ENGINES[engine]}, ${durability}: ${race}, ${inFlight} in flight`)
      const result = await measureCell(entrants, operationOf(race), inFlight, quick ? QUICK : PACE)
      cells.push({ engine, race, durability, inFlight, ...result })
    }
  return cells
}

const operationOf = (race: RaceName): KeptOperation<Entrant> => RACES[race]

async function raceHistory(
  { quick, progress }: RaceRun,
  engine: Engine,
  keeping: Parameters<typeof measureHistory>[0],
  rounds: number,
): Promise<HistoryReport> {
  const history = conversation(quick ? 50 : 1000)
  const stateBytes = Buffer.byteLength(JSON.stringify(history.stateAfter(history.turns)))
  const results = await measureHistory(keeping, history, rounds, (what) =>
    progress.at(`${ENGINES[engine]}, history: ${what}`),
  )
  return { engine, turns: history.turns, rounds, stateBytes, results }
}

/** Where the report of a whole run lies, and the page that shows it. */
const ROOT = path.join(import.meta.dirname, '../../../..')
export const DOCS = { folder: path.join(ROOT, 'docs/race'), page: path.join(ROOT, 'docs/explanation/race.md') }
/** Where one lies that is not whole. */
export const SCRATCH = path.join(ROOT, '.descartes/bench/race')
