import { spawnSync } from 'node:child_process'
import fs from 'node:fs/promises'
import path from 'node:path'
import { Reader, requireSame } from '../operations/reader.ts'

export const PROGRAMS = ['descartes', 'raw', 'prisma', 'node'] as const
export type Program = (typeof PROGRAMS)[number]

/** What one process did: its whole time, and what it told of itself. */
export interface ProcessFigures {
  totalMs: number
  /** Resident memory at the end, and at its highest, in bytes. */
  rss: number
  peak: number
  /** Milliseconds since the process began, at each of its steps. */
  marks: Record<string, number>
}

/** Runs the programs in turns, `rounds` times each in processes of their own, each on its own copy of the seeded database. */
export async function runProcesses(
  template: string,
  folder: string,
  saves: number,
  rounds: number,
  onRound: (round: number) => void,
): Promise<Record<Program, ProcessFigures[]>> {
  const figures: Record<Program, ProcessFigures[]> = { descartes: [], raw: [], prisma: [], node: [] }
  for (const program of PROGRAMS) await fs.copyFile(template, path.join(folder, `${program}.db`))
  for (let round = 0; round < rounds; round++) {
    onRound(round)
    for (let i = 0; i < PROGRAMS.length; i++) {
      const program = PROGRAMS[(i + round) % PROGRAMS.length] as Program
      const { version, ...measured } = runProgram(program, path.join(folder, `${program}.db`), saves)
      requireSame(
        version,
        program === 'node' ? 0 : (round + 1) * saves,
        `version after ${round + 1} runs of ${program}`,
      )
      figures[program].push(measured)
    }
  }
  for (const program of PROGRAMS)
    await verifyStored(path.join(folder, `${program}.db`), program === 'node' ? undefined : rounds * saves)
  return figures
}

function runProgram(program: Program, database: string, saves: number): ProcessFigures & { version: number } {
  const { NODE_OPTIONS: _, ...env } = process.env
  const file = path.join(import.meta.dirname, '..', 'processes', `${program}.mjs`)
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, database, String(saves)], {
    encoding: 'utf8',
    env,
  })
  const totalMs = performance.now() - started
  if (status !== 0) throw new Error(`${program}.mjs ended with ${status}: ${stderr}`)
  return { totalMs, ...(JSON.parse(stdout) as Omit<ProcessFigures, 'totalMs'> & { version: number }) }
}

async function verifyStored(database: string, version: number | undefined): Promise<void> {
  const reader = new Reader(database)
  try {
    requireSame(
      reader.row<{ version: number }>(`SELECT version FROM agent_states WHERE agent_id = 'measured'`)?.version,
      version,
      `version stored in ${path.basename(database)}`,
    )
  } finally {
    reader.close()
  }
  await fs.rm(database)
}
