import fs from 'node:fs'
import { expect, it } from 'vitest'
import type { Engine } from '../src/engine.ts'
import { changeAgent, loadAgent, loadRevision, saveAgent } from '../src/operations.ts'
import { agent } from './samples.ts'
import { openTemporary, temporaryFile } from './temporary-folder.ts'

const MEGABYTE = 1_000_000
const PAGE = 4096

/** Bytes that each of some writes adds to the log, which is emptied before. */
async function logged(engine: Engine, file: string, writes: (() => Promise<unknown>)[]): Promise<number[]> {
  const sizes: number[] = []
  for (const write of writes) {
    await engine.reclaim()
    await write()
    sizes.push(fs.statSync(`${file}-wal`).size)
  }
  return sizes
}

const append = (engine: Engine, agentId: string, text: string) =>
  engine.write(() =>
    changeAgent('default', {
      agentId,
      expectedVersion: undefined,
      schemaVersion: 1,
      change: (state) => `${state.slice(0, -1)},"${text}"]`,
    }),
  )

const texts = (count: number) => Array.from({ length: count }, (_, i) => `message ${i} of some length, as they are`)

it('a small change of a large state writes a few pages, however often', async () => {
  const file = temporaryFile()
  const engine = await openTemporary({ file })
  await engine.write(() => saveAgent('default', agent('large', { stateData: `["${'x'.repeat(MEGABYTE)}"]` })))
  const sizes = await logged(
    engine,
    file,
    texts(140).map((text) => () => append(engine, 'large', text)),
  )
  expect(Math.max(...sizes)).toBeLessThan(12 * PAGE)
})

it('a state that outgrows its room is written whole once, and has room again', async () => {
  const file = temporaryFile()
  const engine = await openTemporary({ file })
  await engine.write(() => saveAgent('default', agent('large', { stateData: `["${'x'.repeat(MEGABYTE)}"]` })))
  const parts = Array.from({ length: 20 }, (_, i) => `${i % 10}`.repeat(10_000))
  const sizes = await logged(
    engine,
    file,
    parts.map((part) => () => append(engine, 'large', part)),
  )
  expect(sizes.filter((size) => size > MEGABYTE).length).toBeLessThanOrEqual(4)
  expect(sizes.filter((size) => size < 40 * PAGE).length).toBeGreaterThanOrEqual(16)
})

it('the blanks that give it room are in no version', async () => {
  const engine = await openTemporary()
  const first = `["${'ä'.repeat(20_000)}"]`
  await engine.write(() => saveAgent('default', agent('large', { stateData: first })))
  await append(engine, 'large', 'é')
  const stored = await engine.read(() => loadAgent('default', 'large'))
  const second = `${first.slice(0, -1)},"é"]`
  expect(stored?.stateData.trimEnd()).toBe(second)
  expect(await engine.read(() => loadRevision('default', 'large', 1))).toMatchObject({ stateData: first })
  expect(await engine.read(() => loadRevision('default', 'large', 2))).toMatchObject({ stateData: second })
})
