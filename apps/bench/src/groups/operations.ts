import { OPERATIONS } from '../operations/all.ts'
import { type Cell, type CellFigures, measureCell } from './cell.ts'
import { cellRows, cellTable, rawVerdict } from './cell-report.ts'
import type { GroupResult, Run } from './group.ts'

/** Every operation of the contract, one at a time and 64 in flight, durability full. */
export async function measureOperations(run: Run): Promise<GroupResult> {
  const cells = OPERATIONS.flatMap((operation) =>
    levels(operation.kind).map((inFlight): Cell => ({ operation, inFlight, durability: 'full' })),
  )
  const measured: [Cell, CellFigures][] = []
  for (const [i, cell] of cells.entries()) {
    run.progress.at(`operations ${i + 1} of ${cells.length}: ${cell.operation.name}, ${cell.inFlight} in flight`)
    measured.push([cell, await measureCell(run, cell)])
  }
  const points = measured.filter(([cell]) => cell.operation.kind === 'point')
  return {
    name: 'operations',
    figures: cellRows(measured),
    tables: cellTable('The contract, durability full', measured),
    verdicts: [rawVerdict('every point operation within 2.5x of raw better-sqlite3 in equal batches', points)],
  }
}

// A bulk write of 100 carries as much as 100 others.
function levels(kind: string): number[] {
  return kind === 'bulk' ? [1, 8] : [1, 64]
}
