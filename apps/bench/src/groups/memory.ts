import { figure, ratio } from '../measure.ts'
import { formatRatio, table } from '../table.ts'
import type { GroupResult, Run } from './group.ts'
import { PROGRAMS, type ProcessFigures, runProcesses } from './processes.ts'

const SAVES = 1000
const TITLES = {
  descartes: 'Descartes',
  raw: 'raw better-sqlite3',
  prisma: 'Prisma client',
  node: 'node alone',
} as const

/** Resident memory of a process after import, open and 1,000 saves. */
export async function measureMemory(run: Run): Promise<GroupResult> {
  const rounds = run.quick ? 1 : 5
  const processes = await runProcesses(run.template, run.folder, SAVES, rounds, (round) =>
    run.progress.at(`memory, round ${round + 1} of ${rounds}`),
  )
  const rss = (figures: ProcessFigures[]) => figures.map((process) => process.rss)
  const megabytes = (values: number[]) => `${(figure(values).median / 2 ** 20).toFixed(0)} MB`
  const rows = PROGRAMS.map((program) => {
    const figures = processes[program]
    return [
      TITLES[program],
      program === 'raw' ? '1' : formatRatio(ratio(rss(figures), rss(processes.raw))),
      megabytes(rss(figures)),
      megabytes(figures.map(({ peak }) => peak)),
    ]
  })
  const tables = table(
    `Resident memory after import, open and ${SAVES.toLocaleString('en')} saves`,
    ['', '÷ raw', 'resident', 'at its highest'],
    rows,
  )
  return { name: 'memory', figures: processes, tables, verdicts: [] }
}
