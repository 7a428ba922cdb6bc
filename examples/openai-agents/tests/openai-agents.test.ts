import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-example-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

/** Runs the example as a process of its own, without a key, on a database of this test's. */
async function run(...args: string[]): Promise<string> {
  const program = path.resolve(import.meta.dirname, '../src/main.ts')
  const { OPENAI_API_KEY: _, ...inherited } = process.env
  const env = { ...inherited, DATABASE_URL: `file:${path.join(folder, 'trips.db')}` }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=dev-source', '--import', 'tsx', program, ...args],
    { cwd: path.resolve(import.meta.dirname, '..'), env },
  )
  return stdout.trim()
}

test('a trip that one process asks about is booked by another', async () => {
  expect(await run('plan', 'Rome')).toBe('May I book {"city":"Rome"}?')
  expect(await run('answer', 'yes')).toBe('Rome is booked.\nThe conversation has 4 items.')
  expect(await run('answer', 'yes')).toBe('Nothing was asked: plan a trip first.')
  expect(await run('plan', 'Oslo')).toBe('May I book {"city":"Oslo"}?')
  expect(await run('answer', 'no')).toContain('The conversation has 8 items.')
})
