import { rmSync } from 'node:fs'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createTemplate } from './data/template.ts'
import { measureBefore } from './groups/before.ts'
import { measureColdStart } from './groups/cold-start.ts'
import { measureEventLoop } from './groups/event-loop.ts'
import type { GroupResult, Run } from './groups/group.ts'
import { measureGrowth } from './groups/growth.ts'
import { measureHistory } from './groups/history.ts'
import { measureMemory } from './groups/memory.ts'
import { measureOperations } from './groups/operations.ts'
import { measurePostgresql } from './groups/postgresql.ts'
import { measureSavesAndLoads } from './groups/saves-and-loads.ts'
import { measureStateSize } from './groups/state-size.ts'
import { measureVersions } from './groups/versions.ts'
import { describeMachine } from './machine.ts'
import { DataCheckError } from './operations/reader.ts'
import { startProgress } from './progress.ts'
import { partsOf, runRace } from './race/main.ts'
import { PARTS } from './race/race.ts'
import { verdictTable } from './verdicts.ts'

const GROUPS: Record<string, (run: Run) => Promise<GroupResult>> = {
  'cold-start': measureColdStart,
  memory: measureMemory,
  'event-loop': measureEventLoop,
  growth: measureGrowth,
  'saves-and-loads': measureSavesAndLoads,
  operations: measureOperations,
  before: measureBefore,
  history: measureHistory,
  versions: measureVersions,
  'state-size': measureStateSize,
  postgresql: measurePostgresql,
}

const USAGE = `usage: npm run bench -- [--quick] [--only GROUP]
       npm run bench -- --peers [--quick] [--only PART,PART]
  --quick       the whole run in about a minute, with fewer rounds and smaller stores
  --only GROUP  one group: ${Object.keys(GROUPS).join(', ')}
  --peers       a race against other libraries, in about six minutes; a whole one rewrites docs/explanation/race.md
  --only PART   with --peers, some of: ${PARTS.join(', ')}`

const REPORT = path.join(import.meta.dirname, '../../../.descartes/bench/results.json')

function parse() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        peers: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.peers) partsOf(values.only)
    else if (values.only !== undefined && !Object.hasOwn(GROUPS, values.only))
      throw new Error(`there is no group ${JSON.stringify(values.only)}`)
    return values
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`)
    process.exit(2)
  }
}

async function measure(quick: boolean, groups: readonly string[], folder: string): Promise<void> {
  const startedAt = new Date()
  const machine = describeMachine()
  const progress = startProgress(process.stderr)
  const template = path.join(folder, 'template.db')
  const run: Run = { quick, rounds: quick ? 5 : 21, roundMs: quick ? 4 : 16, folder, template, progress }
  console.log(
    `${machine.cores} x ${machine.cpu}, node ${machine.node}, SQLite ${machine.sqlite}, Prisma ${machine.prisma}; load ${machine.load.join(' ')}; measuring ${machine.measured}\n`,
  )
  progress.at('seeding')
  await createTemplate(template)
  const results: GroupResult[] = []
  for (const group of groups) {
    const result = await (GROUPS[group] as (typeof GROUPS)[string])(run)
    progress.done()
    console.log(result.tables)
    results.push(result)
  }
  const verdicts = results.flatMap((result) => result.verdicts)
  if (verdicts.length > 0) console.log(verdictTable(verdicts))
  await fs.mkdir(path.dirname(REPORT), { recursive: true })
  const report = {
    startedAt,
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    quick,
    machine,
    verdicts,
    groups: results.map(({ name, figures }) => ({ name, figures })),
  }
  await fs.writeFile(REPORT, `${JSON.stringify(report, null, 2)}\n`)
  console.log(`All of it, round by round: ${path.relative(process.cwd(), REPORT)}`)
}

const options = parse()
if (options.help) {
  console.log(USAGE)
  process.exit(0)
}
const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'descartes-bench-'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true })
    process.exit(1)
  })
}
try {
  if (options.peers) await runRace(options.quick, options.only, folder, startProgress(process.stderr))
  else await measure(options.quick, options.only === undefined ? Object.keys(GROUPS) : [options.only], folder)
} catch (error) {
  console.error(error instanceof DataCheckError ? `\nThe data is not what was written: ${error.message}` : error)
  process.exitCode = 1
} finally {
  await fs.rm(folder, { recursive: true, force: true })
}
