import path from 'node:path'
import type { Progress } from '../progress.ts'
import { printedRace } from './print.ts'
import { DOCS, PARTS, type Part, race, SCRATCH } from './race.ts'
import { writeRace } from './write.ts'

/** Races, prints the tables, and writes the report with its plots: a whole run into the docs, any other beside them. */
export async function runRace(quick: boolean, only: string | undefined, folder: string, progress: Progress) {
  const parts = partsOf(only)
  const isWhole = !quick && parts.length === PARTS.length
  const command = `npm run bench -- --peers${quick ? ' --quick' : ''}${only === undefined ? '' : ` --only ${only}`}`
  const report = await race({ command, quick, parts, folder, progress })
  console.log(printedRace(report))
  const target = isWhole ? DOCS.folder : SCRATCH
  await writeRace(report, target, isWhole ? DOCS.page : undefined)
  const written = [target, ...(isWhole ? [DOCS.page] : [])].map((file) => path.relative(process.cwd(), file))
  console.log(`Plots and all figures: ${written.join(' and ')}`)
}

/** The parts that `load,save` names; all of them if nothing is named. Throws for one that is not there. */
export function partsOf(only: string | undefined): Part[] {
  if (only === undefined) return [...PARTS]
  const wanted = only.split(',')
  const unknown = wanted.find((name) => !PARTS.some((part) => part === name))
  if (unknown !== undefined)
    throw new Error(`there is no part ${JSON.stringify(unknown)} of the race; there are ${PARTS.join(', ')}`)
  return PARTS.filter((part) => wanted.includes(part))
}
