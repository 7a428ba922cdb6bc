import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-example-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

/** Runs the example as a process of its own, on a database of this test's. */
async function run(...args: string[]): Promise<string> {
  const program = path.resolve(import.meta.dirname, '../src/main.ts')
  const env = { ...process.env, DATABASE_URL: `file:${path.join(folder, 'trips.db')}` }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=dev-source', '--import', 'tsx', program, ...args],
    { cwd: path.resolve(import.meta.dirname, '..'), env },
  )
  return stdout.trim()
}

test('a trip that one process plans is booked by another', async () => {
  expect(await run('answer', 'Rome', 'yes')).toBe('Nothing was asked: plan a trip first.')
  expect(await run('plan', 'Rome')).toBe('Book Rome for Thu May 06 2027?')
  expect(await run('answer', 'Rome', 'yes')).toBe('Rome, Thu May 06 2027: booked')
  expect(await run('answer', 'Rome', 'yes')).toBe('Nothing was asked: plan a trip first.')
})

test('what is wished for one trip is remembered for the next', async () => {
  expect(await run('plan', 'Bern', 'a window seat')).toBe('Book Bern for Thu May 06 2027, a window seat?')
  expect(await run('plan', 'Oslo', 'a quiet room')).toBe('Book Oslo for Thu May 06 2027, a quiet room, a window seat?')
  expect(await run('answer', 'Bern', 'no')).toBe('Bern, Thu May 06 2027: not booked')
})
