import { describe, expect, it, onTestFinished } from 'vitest'
import type { Engine } from '../../src/engine.ts'
import { openEngine } from '../../src/open-engine.ts'
import { loadAgent, loadRevision, saveAgent } from '../../src/operations.ts'
import { Program, usePrograms } from '../processes/program.ts'
import { agent } from '../samples.ts'
import { temporaryDatabase } from './database.ts'

usePrograms()

async function openTogether() {
  const url = await temporaryDatabase()
  const engine = await openEngine({ url })
  onTestFinished(() => engine.close())
  return { url, engine }
}

async function runTogether(programs: readonly Program[], last: string): Promise<string[]> {
  await Promise.all(programs.map((program) => program.says('ready')))
  for (const program of programs) program.tell('go')
  return Promise.all(programs.map((program) => program.says(last)))
}

describe('four processes that count up one number', () => {
  const TIMES = 40

  async function count(how: 'compare-and-set' | 'blind') {
    const { url, engine } = await openTogether()
    await engine.write(() => saveAgent('default', agent('counter', { stateData: '{"count":0}' })))
    const programs = Array.from({ length: 4 }, () => new Program('count', [url, String(TIMES), how]))
    const said = await runTogether(programs, 'counted')
    const conflicts = said.reduce((sum, line) => sum + Number(line.split(' ')[2]), 0)
    const row = await engine.read(() => loadAgent('default', 'counter'))
    return { count: JSON.parse(row?.stateData ?? '{}').count, version: row?.version, conflicts }
  }

  it('by compare-and-set: the number is what they were told, and they did meet', async () => {
    const { conflicts, ...counted } = await count('compare-and-set')
    expect(counted).toEqual({ count: 4 * TIMES, version: 1 + 4 * TIMES })
    expect(conflicts).toBeGreaterThan(0)
  })

  it('is really looked at: by reading and then writing blindly, counts are lost', async () => {
    expect((await count('blind')).count).toBeLessThan(4 * TIMES)
  })
})

const AGENTS = ['a', 'b', 'c']

/** What the history lacks of lines such as `saved a 3 {"n":1}`. */
async function findMissing(engine: Engine, lines: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (const line of lines) {
    const [, agentId, version, stateData] = /^saved (\S+) (\d+) (.*)$/.exec(line) as string[]
    const found = await engine.read(() => loadRevision('default', agentId as string, Number(version)))
    if (found?.stateData !== stateData) missing.push(line)
  }
  return missing
}

describe('eight processes that save the same agents, half of them in the opposite order', () => {
  it('all succeed, and every version that one was told of is in the history', async () => {
    const { url, engine } = await openTogether()
    // How long the server waits before it looks for a deadlock; by default, a second.
    await engine.prisma.$executeRawUnsafe(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET deadlock_timeout = 20`)
    const rounds = 5
    const programs = Array.from({ length: 8 }, (_, i) => {
      const order = i % 2 === 0 ? AGENTS : AGENTS.toReversed()
      return new Program('save-shared', [url, String(i), String(rounds), ...order])
    })
    const said = await runTogether(programs, 'done')
    const saved = programs.flatMap(({ lines }) => lines.filter((line) => line.startsWith('saved ')))
    expect(saved).toHaveLength(8 * rounds * 2 * AGENTS.length)
    expect(await findMissing(engine, saved)).toEqual([])
    for (const agentId of AGENTS)
      expect((await engine.read(() => loadAgent('default', agentId)))?.version).toBe(8 * rounds * 2)
    // They did meet.
    expect(said.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)).toBeGreaterThan(0)
    expect(await findMissing(engine, [`saved a 1 {"writer":"nobody","n":0}`])).toHaveLength(1)
  })
})
