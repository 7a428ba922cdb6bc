import fs from 'node:fs/promises'
import path from 'node:path'
import { type Contestant, calibrate, interleave, warmUp } from '../measure.ts'
import type { Operation } from '../operations/operation.ts'
import { openDescartes } from '../subjects/descartes.ts'
import { openPrisma } from '../subjects/prisma.ts'
import { openRaw } from '../subjects/raw.ts'
import type { Durability } from '../subjects/subject.ts'
import type { Run } from './group.ts'

const SUBJECTS = { raw: openRaw, descartes: openDescartes, prisma: openPrisma }

const WARM_UP = { operations: 2000, mostMs: 1000 }
const QUICK_WARM_UP = { operations: 200, mostMs: 20 }

/** What is measured together: one operation, at one number in flight, with one durability. */
export interface Cell {
  operation: Operation
  inFlight: number
  durability: Durability
}

/** Microseconds per operation, one for each round. */
export interface CellFigures {
  descartes: number[]
  raw: number[]
  /** Undefined when the client cannot express the operation. */
  prisma: number[] | undefined
}

/** Measures a cell, every subject on its own copy of the seeded database. */
export async function measureCell(run: Run, { operation, inFlight, durability }: Cell): Promise<CellFigures> {
  const folder = await fs.mkdtemp(path.join(run.folder, 'cell-'))
  const cleanups: (() => unknown)[] = []
  try {
    const contestants: Contestant[] = []
    let ofRaw: number | undefined
    for (const [name, open] of Object.entries(SUBJECTS)) {
      const file = path.join(folder, `${name}.db`)
      await fs.copyFile(run.template, file)
      const subject = await open(file, durability)
      cleanups.unshift(() => subject.close())
      const trial = operation.start(subject, inFlight)
      if (trial === undefined) continue
      cleanups.unshift(() => trial.end())
      const least = operation.kind === 'point' ? Math.max(inFlight, 4) : inFlight
      const calibrated = await calibrate((count) => trial.round(count), { least, most: 20_000, targetMs: run.roundMs })
      ofRaw ??= calibrated
      // A round of ours is as long as one of raw, so that what a round costs once weighs the same; Prisma's would take too long.
      const count = name === 'prisma' ? calibrated : ofRaw
      await warmUp((count) => trial.round(count), { ...(run.quick ? QUICK_WARM_UP : WARM_UP), count })
      contestants.push({ name, round: () => trial.round(count) })
    }
    const figures = await interleave(contestants, run.rounds)
    return {
      descartes: figures.get('descartes') as number[],
      raw: figures.get('raw') as number[],
      prisma: figures.get('prisma'),
    }
  } finally {
    for (const cleanup of cleanups) await cleanup()
    await fs.rm(folder, { recursive: true })
  }
}
