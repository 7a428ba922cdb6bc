import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeMachine } from '../src/machine.ts'
import { CONTESTANTS } from '../src/race/contestants.ts'
import { fasterThan } from '../src/race/faster.ts'
import { partsOf } from '../src/race/main.ts'
import { withFigures } from '../src/race/page.ts'
import { printedRace } from '../src/race/print.ts'
import { DOCS } from '../src/race/race.ts'
import type { Cell, RaceReport } from '../src/race/report.ts'
import { drawAll, writeRace } from '../src/race/write.ts'

const spread = (median: number) => ({
  median,
  low: Math.round(median * 0.9),
  high: Math.round(median * 1.1),
  rounds: [median],
})

const cell = (inFlight: number, micros: Cell['micros'], missing: Cell['missing'] = {}): Cell => {
  return { engine: 'sqlite', race: 'save over', durability: 'full', inFlight, micros, missing }
}

const REPORT: RaceReport = {
  command: 'npm run bench -- --peers',
  startedAt: '2026-11-23T12:00:00.000Z',
  seconds: 300,
  machine: describeMachine(),
  absent: { Emmett: 'not installed' },
  cells: [
    cell(1, { descartes: spread(200), langgraph: spread(100), raw: spread(190) }),
    cell(64, { descartes: spread(20), raw: spread(10) }, { langgraph: 'failed: SQLITE_BUSY' }),
  ],
  histories: [
    {
      engine: 'sqlite',
      turns: 1000,
      rounds: 2,
      stateBytes: 565_000,
      results: {
        descartes: { time: { median: 1500, low: 1400, high: 1600 }, bytes: 1_360_000 },
        kysely: { time: { median: 1000, low: 900, high: 1100 }, bytes: 282_000_000 },
        langgraph: { time: { median: 5000, low: 4000, high: 6000 }, bytes: 282_000_000 },
      },
    },
  ],
}

const PAGE = 'What it is.\n\n<!-- race -->\nold figures\n<!-- /race -->\n\nWhat it means.\n'

let folder: string
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'race-report-'))
})
afterAll(() => fs.rm(folder, { recursive: true }))

test('faster is who takes less time in three quarters of the rounds or more; the fastest comes first', () => {
  const rounds = (...values: number[]) => ({ ...spread(values[0] as number), rounds: values })
  const micros = {
    descartes: rounds(100, 1000, 100, 200, 100),
    prisma: rounds(50, 500, 50, 100, 50),
    raw: rounds(10, 100, 10, 20, 10),
    kysely: rounds(90, 2000, 110, 180, 110),
    emmett: rounds(300, 3000, 300, 600, 300),
  }
  expect(fasterThan('descartes', cell(1, micros))).toEqual([
    { id: 'raw', times: 10 },
    { id: 'prisma', times: 2 },
  ])
  expect(fasterThan('langgraph', cell(1, micros))).toEqual([])
})

describe('a report', () => {
  test('is written as JSON, as plots and into the page, whose text stays', async () => {
    const [target, page] = [path.join(folder, 'race'), path.join(folder, 'race.md')]
    await fs.writeFile(page, PAGE)
    await writeRace(REPORT, target, page)
    expect((await fs.readdir(target)).sort()).toEqual(['race.json', 'sqlite-history.svg', 'sqlite-save-over.svg'])
    expect(JSON.parse(await fs.readFile(path.join(target, 'race.json'), 'utf8'))).toEqual(REPORT)
    const written = await fs.readFile(page, 'utf8')
    expect(written).toMatch(/^What it is\.\n\n<!-- race -->/)
    expect(written).toMatch(/<!-- \/race -->\n\nWhat it means\.\n$/)
    expect(written).not.toContain('old figures')
  })

  test('has on its page each figure, who is faster, who is not there and why, and the command', () => {
    const page = withFigures(PAGE, REPORT)
    expect(page).toContain('| Descartes | 200 µs (180–220) | 20 µs (18–22) |')
    expect(page).toContain('| LangGraph SqliteSaver 1.0.4 | 100 µs (90–110) | – |')
    expect(page).toContain(
      '| SQLite, save over (synchronous = FULL) | LangGraph SqliteSaver 2.0×, raw better-sqlite3 1.1× | raw better-sqlite3 2.0× |',
    )
    expect(page).toContain('LangGraph SqliteSaver 1.0.4, 64 in flight: failed: SQLITE_BUSY.')
    expect(page).toContain('| LangGraph SqliteSaver 1.0.4 | 5.00 s (4.00–6.00) | 282 MB |')
    expect(page).toContain('| SQLite, time of a history of 1,000 turns | kysely 1.5× | – |')
    expect(page).toContain('Not there: Emmett, not installed.')
    expect(page).toContain('`npm run bench -- --peers`')
    expect(withFigures(page, REPORT)).toBe(page)
    expect(() => withFigures('no marks', REPORT)).toThrow('<!-- race -->')
  })

  test('says where one of ours fails that others can do', () => {
    const failing = cell(512, { raw: spread(10) }, { descartes: 'failed: STORE_BUSY' })
    const page = withFigures(PAGE, { ...REPORT, cells: [...REPORT.cells, failing] })
    expect(page).toContain('| raw better-sqlite3 2.0× | all: it failed: STORE_BUSY |')
  })

  test('is printed with the same figures', () => {
    const printed = printedRace(REPORT)
    for (const text of ['200 µs (180–220)', 'failed: SQLITE_BUSY', '1.36 MB', 'joined by the store'])
      expect(printed).toContain(text)
  })

  test('is plotted with its contestants in their colours, axes with units, and a ground of its own', async () => {
    const plots = await drawAll(REPORT)
    for (const svg of plots.values()) {
      expect(svg).toMatch(/^<svg /)
      expect(svg).toContain('fill="#ffffff"')
      for (const id of ['descartes', 'langgraph'] as const) {
        expect(svg).toContain(CONTESTANTS[id].colour)
        expect(svg).toContain(`>${CONTESTANTS[id].title.sqlite}<`)
      }
    }
    expect(plots.get('sqlite-save-over.svg')).toContain('µs for one call (log scale)')
    expect(plots.get('sqlite-save-over.svg')).toContain('calls in flight')
    expect(plots.get('sqlite-history.svg')).toContain('MB on disk (log scale)')
  })
})

test('the page and the plots of the docs are made of the report that lies beside them', async () => {
  const report = JSON.parse(await fs.readFile(path.join(DOCS.folder, 'race.json'), 'utf8')) as RaceReport
  const page = await fs.readFile(DOCS.page, 'utf8')
  expect(withFigures(page, report)).toBe(page)
  const plots = await drawAll(report)
  expect((await fs.readdir(DOCS.folder)).sort()).toEqual([...plots.keys(), 'race.json'].sort())
  for (const [name, svg] of plots) expect(await fs.readFile(path.join(DOCS.folder, name), 'utf8')).toBe(svg)
})

test('a part of the race is named, or refused with what would do', () => {
  expect(partsOf('save,load')).toEqual(['load', 'save'])
  expect(partsOf(undefined)).toEqual(['load', 'list', 'search', 'append', 'save', 'history'])
  expect(() => partsOf('load,lists')).toThrow(
    'there is no part "lists" of the race; there are load, list, search, append, save, history',
  )
})
