import { describe, expect, it } from 'vitest'
import { loadAgent, saveAgent } from '../../src/operations.ts'
import { agent } from '../samples.ts'
import { openTemporary, temporaryFile } from '../temporary-folder.ts'
import { Program, usePrograms } from './program.ts'

usePrograms()

const TIMES = 250

/** Four processes count up one number; resolves with the number and with how often they were told that they had. */
async function countTogether(how: 'compare-and-set' | 'blind') {
  const file = temporaryFile()
  const engine = await openTemporary({ file })
  await engine.write(() => saveAgent('default', agent('counter', { stateData: '{"count":0}' })))
  const programs = Array.from({ length: 4 }, () => new Program('count', [`file:${file}`, String(TIMES), how]))
  await Promise.all(programs.map((program) => program.says('ready')))
  for (const program of programs) program.tell('go')
  const said = await Promise.all(programs.map((program) => program.says('counted')))
  const [acknowledged, conflicts] = [1, 2].map((word) =>
    said.reduce((sum, line) => sum + Number(line.split(' ')[word]), 0),
  )
  const row = await engine.read(() => loadAgent('default', 'counter'))
  return { count: JSON.parse(row?.stateData ?? '{}').count, version: row?.version, acknowledged, conflicts }
}

describe('four processes that count up one number', () => {
  it('by compare-and-set: the number is what they were told, and they did meet', async () => {
    const { count, version, acknowledged, conflicts } = await countTogether('compare-and-set')
    expect({ count, version }).toEqual({ count: acknowledged, version: 1 + 4 * TIMES })
    expect(conflicts).toBeGreaterThan(0)
  })

  it('is really looked at: by reading and then writing blindly, counts are lost', async () => {
    const { count, acknowledged } = await countTogether('blind')
    expect(count).toBeLessThan(acknowledged ?? 0)
  })
})
