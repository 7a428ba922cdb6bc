import { figure, ratio } from '../measure.ts'
import { formatMillis, formatRatio, table } from '../table.ts'
import type { GroupResult, Run } from './group.ts'
import { PROGRAMS, type ProcessFigures, runProcesses } from './processes.ts'

const TITLES = {
  descartes: 'Descartes',
  raw: 'raw better-sqlite3',
  prisma: 'Prisma client',
  node: 'node alone',
} as const

/** A new process each time: import, open an existing store, one save, one load, close. */
export async function measureColdStart(run: Run): Promise<GroupResult> {
  const rounds = run.quick ? 7 : 21
  const processes = await runProcesses(run.template, run.folder, 1, rounds, (round) =>
    run.progress.at(`cold start, round ${round + 1} of ${rounds}`),
  )
  const total = (figures: ProcessFigures[]) => figures.map(({ totalMs }) => totalMs)
  const againstRaw = ratio(total(processes.descartes), total(processes.raw))
  const step = (figures: ProcessFigures[], from: string | undefined, to: string) =>
    figures[0]?.marks[to] === undefined
      ? ''
      : formatMillis(
          figure(figures.map(({ marks }) => (marks[to] as number) - (from === undefined ? 0 : (marks[from] as number))))
            .median,
        )
  const rows = PROGRAMS.map((program) => {
    const figures = processes[program]
    return [
      TITLES[program],
      program === 'raw' ? '1' : formatRatio(ratio(total(figures), total(processes.raw))),
      formatMillis(figure(total(figures)).median),
      step(figures, undefined, 'imported'),
      step(figures, 'imported', 'opened'),
      step(figures, 'opened', 'saved'),
      step(figures, 'saved', 'loaded'),
    ]
  })
  const tables = table(
    'Cold start: a new process opens a store, saves once, loads once, closes',
    ['', '÷ raw, whole process', 'whole', 'until imported', 'open', 'save', 'load'],
    rows,
  )
  const verdict = {
    target: 'cold start within 2.5x of raw better-sqlite3, in time of the whole process',
    measured: againstRaw,
    limit: '≤ 2.5',
    holds: againstRaw.median <= 2.5,
  }
  return { name: 'cold-start', figures: processes, tables, verdicts: [verdict] }
}
