import { type Figure, figure, ratio } from '../measure.ts'
import { formatMicros, formatRatio, table } from '../table.ts'
import type { Cell, CellFigures } from './cell.ts'
import type { Verdict } from './group.ts'

type Measured = readonly (readonly [Cell, CellFigures])[]

/** The figures of cells, for the JSON report: ratios, and the microseconds they are made of, round by round. */
export function cellRows(measured: Measured): unknown[] {
  return measured.map(([{ operation, inFlight, durability }, figures]) => ({
    operation: operation.name,
    inFlight,
    durability,
    timesRaw: timesRaw(figures),
    fasterThanPrisma: fasterThanPrisma(figures),
    microseconds: figures,
  }))
}

export function cellTable(title: string, measured: Measured): string {
  const head = [
    'operation',
    'durability',
    'in flight',
    'Descartes ÷ raw',
    'Prisma ÷ Descartes',
    'Descartes',
    'raw',
    'Prisma',
  ]
  const rows = measured.map(([{ operation, inFlight, durability }, figures]) => {
    const prisma = fasterThanPrisma(figures)
    const micros = [figures.descartes, figures.raw, figures.prisma].map((values) =>
      values ? formatMicros(figure(values).median) : '–',
    )
    return [
      operation.name,
      durability,
      String(inFlight),
      formatRatio(timesRaw(figures)),
      prisma ? formatRatio(prisma) : '–',
      ...micros,
    ]
  })
  return table(
    `${title}\n(time of one operation, as ratios of the same round: median, and quartiles; Prisma – where its client cannot do it)`,
    head,
    rows,
    2,
  )
}

/** Holds when the slowest of the cells takes at most 2.5 times as long as raw. */
export function rawVerdict(target: string, measured: Measured): Verdict {
  const [cell, worst] = measured
    .map(([cell, figures]) => [cell, timesRaw(figures)] as const)
    .reduce((a, b) => (b[1].median > a[1].median ? b : a))
  return {
    target,
    limit: '≤ 2.5',
    measured: worst,
    holds: worst.median <= 2.5,
    note: `the worst of ${measured.length}: ${describe(cell)}`,
  }
}

/** Holds when the Prisma client takes at least `least` times as long in every one of the cells. */
export function prismaVerdict(target: string, least: number, measured: Measured, remark?: string): Verdict {
  const { cell, figure } = worstAgainstPrisma(measured)
  const note = [describe(cell), remark].filter((part) => part !== undefined).join('\n  ')
  return { target, limit: `≥ ${least}`, measured: figure, holds: figure.median >= least, note }
}

/** The cell in which the Prisma client comes closest to ours. */
export function worstAgainstPrisma(measured: Measured): { cell: Cell; figure: Figure } {
  return measured
    .map(([cell, figures]) => ({ cell, figure: fasterThanPrisma(figures) as Figure }))
    .reduce((a, b) => (b.figure.median < a.figure.median ? b : a))
}

function timesRaw({ descartes, raw }: CellFigures): Figure {
  return ratio(descartes, raw)
}

function fasterThanPrisma({ descartes, prisma }: CellFigures): Figure | undefined {
  return prisma && ratio(prisma, descartes)
}

function describe({ operation, inFlight, durability }: Cell): string {
  return `${operation.name}, ${inFlight} in flight, ${durability}`
}
