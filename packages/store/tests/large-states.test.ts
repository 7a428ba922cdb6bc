import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { saveAgent } from '../src/operations.ts'
import { agent } from './samples.ts'
import { openTemporary, temporaryFile } from './temporary-folder.ts'

const LINE = 'a line of a conversation that goes on and on, and is saved at every turn. '

/** What each of so many appends to a state of 300 KB adds to the write-ahead log. */
async function logOfAppends(count: number, statusOf: (i: number) => string): Promise<number[]> {
  const file = temporaryFile()
  const engine = await openTemporary({ file })
  const lines = Array.from({ length: 4000 }, (_, i) => `${LINE}${i}`)
  const save = (i: number) => {
    const next = agent('a', { status: statusOf(i), stateData: JSON.stringify(lines) })
    return engine.write(() => saveAgent('default', next))
  }
  await save(0)
  const added: number[] = []
  for (let i = 1; i <= count; i++) {
    await engine.reclaim()
    lines.push(`${LINE}${i}`)
    await save(i)
    added.push(fs.statSync(`${file}-wal`).size)
  }
  return added
}

describe('a large state', () => {
  it('is written in a few pages when it is appended to, each time', async () => {
    // The first time there is a column that takes no bytes for the number 1.
    const [, ...added] = await logOfAppends(40, () => 'running')
    expect(Math.max(...added)).toBeLessThan(50_000)
  })

  it('control: it is written whole when what stands before it has another length', async () => {
    expect(Math.min(...(await logOfAppends(5, (i) => 'x'.repeat(i + 1))))).toBeGreaterThan(300_000)
  })
})
