import { load, saveNew, saveOver } from '../operations/agents.ts'
import { formatRatio } from '../table.ts'
import { type Cell, type CellFigures, measureCell } from './cell.ts'
import { cellRows, cellTable, prismaVerdict, rawVerdict, worstAgainstPrisma } from './cell-report.ts'
import type { GroupResult, Run } from './group.ts'

const LEVELS = [1, 8, 64, 512]

const FIND_UNIQUE = 'at 64 in flight, where the client joins them into one query'

/** Save and load at every number in flight, with both durabilities. */
export async function measureSavesAndLoads(run: Run): Promise<GroupResult> {
  const cells = (['full', 'normal'] as const).flatMap((durability) =>
    [saveNew, saveOver, load].flatMap((operation) =>
      LEVELS.map((inFlight): Cell => ({ operation, inFlight, durability })),
    ),
  )
  const measured: [Cell, CellFigures][] = []
  for (const [i, cell] of cells.entries()) {
    run.progress.at(
      `saves and loads ${i + 1} of ${cells.length}: ${cell.operation.name}, ${cell.inFlight} in flight, ${cell.durability}`,
    )
    measured.push([cell, await measureCell(run, cell)])
  }
  const select = (wanted: Cell['operation'][], level: number) =>
    measured.filter(
      ([{ operation, inFlight, durability }]) =>
        wanted.includes(operation) && inFlight === level && durability === 'full',
    )
  return {
    name: 'saves-and-loads',
    figures: cellRows(measured),
    tables: cellTable('Save and load, with durability full and normal', measured),
    verdicts: [
      prismaVerdict(
        'save at 64 in flight, durability full: at least 6x the throughput of the plain Prisma client',
        6,
        select([saveNew, saveOver], 64),
      ),
      prismaVerdict(
        "load at least 10x faster than the Prisma client's findUnique",
        10,
        select([load], 1),
        `${FIND_UNIQUE}: ${formatRatio(worstAgainstPrisma(select([load], 64)).figure)}`,
      ),
      rawVerdict('save and load within 2.5x of raw at every number in flight, full and normal', measured),
    ],
  }
}
