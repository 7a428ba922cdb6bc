import { type Contestant, calibrate, type Figure, figure, interleave, ratio } from '../measure.ts'
import type { KeptOperation } from '../operations/kept.ts'
import { load, saveNew, saveOver, saveTurn } from '../operations/kept-agents.ts'
import { openSubjects } from '../postgresql/databases.ts'
import { OPERATIONS } from '../postgresql/operations.ts'
import { startServer } from '../postgresql/server.ts'
import { POOL_SIZE, type PostgresqlSubject } from '../postgresql/subject.ts'
import { formatMicros, formatRatio, table } from '../table.ts'
import type { GroupResult, Run, Verdict } from './group.ts'

const LEVELS = [1, 8, 64]

const SAVE = 'PostgreSQL, 64 saves in flight: 1.5 times the throughput of LangGraph’s PostgresSaver'
const LOAD = 'PostgreSQL, loads at every number in flight: twice as fast as LangGraph’s PostgresSaver'

interface Cell {
  operation: KeptOperation<PostgresqlSubject>
  inFlight: number
  /** Microseconds per operation, round by round, of each subject that can do it. */
  micros: { raw: number[]; descartes: number[]; langgraph: number[] | undefined }
}

/** Our operations on PostgreSQL beside raw pg and LangGraph's saver: on one server, which is durable, with pools of one size. */
export async function measurePostgresql(run: Run): Promise<GroupResult> {
  run.progress.at('PostgreSQL: starting and seeding')
  const server = await startServer()
  if ('missing' in server) return notMeasured(server.missing)
  const subjects: PostgresqlSubject[] = []
  try {
    subjects.push(...(await openSubjects(server)))
    const cells: Cell[] = []
    for (const operation of OPERATIONS)
      for (const inFlight of LEVELS) {
        run.progress.at(`PostgreSQL: ${operation.name}, ${inFlight} in flight`)
        cells.push({ operation, inFlight, micros: await measureCell(run, subjects, operation, inFlight) })
      }
    return {
      name: 'postgresql',
      figures: cells.map(({ operation, ...cell }) => ({ operation: operation.name, ...cell })),
      tables: cellTable(cells),
      verdicts: [
        verdict(SAVE, 1.5, cells, [saveNew, saveOver, saveTurn], [64], run.quick),
        verdict(LOAD, 2, cells, [load], LEVELS, run.quick),
      ],
    }
  } finally {
    for (const subject of subjects) await subject.close()
    await server.stop()
  }
}

async function measureCell(
  { rounds, roundMs }: Run,
  subjects: readonly PostgresqlSubject[],
  operation: KeptOperation<PostgresqlSubject>,
  inFlight: number,
): Promise<Cell['micros']> {
  const limits = { least: Math.max(inFlight, 4), most: operation.most, targetMs: 2 * roundMs }
  const contestants: Contestant[] = []
  let count: number | undefined
  for (const subject of subjects) {
    const trial = operation.start(subject, inFlight)
    if (trial === undefined) continue
    // As many for all; and nothing counts before it was read back.
    count ??= await calibrate((n) => trial.round(n), limits)
    const counted = count
    contestants.push({ name: subject.name, round: () => trial.round(counted) })
  }
  const figures = await interleave(contestants, rounds, 2)
  return {
    raw: figures.get('raw') as number[],
    descartes: figures.get('descartes') as number[],
    langgraph: figures.get('langgraph'),
  }
}

function cellTable(cells: readonly Cell[]): string {
  const rows = cells.map(({ operation, inFlight, micros: { raw, descartes, langgraph } }) => [
    operation.name,
    String(inFlight),
    formatRatio(ratio(descartes, raw)),
    langgraph ? formatRatio(ratio(langgraph, descartes)) : '–',
    ...[descartes, raw, langgraph].map((values) => (values ? formatMicros(figure(values).median) : '–')),
  ])
  return table(
    `PostgreSQL, durable, ${POOL_SIZE} connections each\n(time of one operation, as ratios of the same round: median, and quartiles; LangGraph’s PostgresSaver 1.0.5 – where it cannot do it)`,
    ['operation', 'in flight', 'Descartes ÷ raw', 'LangGraph ÷ Descartes', 'Descartes', 'raw pg', 'LangGraph'],
    rows,
  )
}

/** Holds when LangGraph takes at least `least` times as long in every one of the cells. */
function verdict(
  target: string,
  least: number,
  cells: readonly Cell[],
  operations: readonly KeptOperation<PostgresqlSubject>[],
  levels: readonly number[],
  quick: boolean,
): Verdict {
  const [worst, measured] = cells
    .filter(({ operation, inFlight }) => operations.includes(operation) && levels.includes(inFlight))
    .map((cell): [Cell, Figure] => [cell, ratio(cell.micros.langgraph ?? [], cell.micros.descartes)])
    .reduce((a, b) => (b[1].median < a[1].median ? b : a))
  const note = `${worst.operation.name}, ${worst.inFlight} in flight`
  return { target, limit: `≥ ${least}`, measured, holds: quick ? undefined : measured.median >= least, note }
}

function notMeasured(reason: string): GroupResult {
  const verdicts = [SAVE, LOAD].map((target, i): Verdict => {
    return { target, limit: `≥ ${[1.5, 2][i]}`, measured: undefined, holds: undefined, note: `not measured: ${reason}` }
  })
  return { name: 'postgresql', figures: { reason }, tables: `PostgreSQL: not measured, ${reason}\n`, verdicts }
}
