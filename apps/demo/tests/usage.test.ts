import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readDocuments } from '../src/documents.ts'
import { readOptions } from '../src/options.ts'
import { runDemo } from './run-demo.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-demo-'))
const file = path.join(folder, 'file.png')
fs.writeFileSync(file, '')
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

/** Reads the options and the documents that they name, as the demo does before it begins. */
const begin = (...args: string[]) => {
  const options = readOptions(args)
  if ('input' in options) readDocuments(options.input)
  return options
}

test('a folder that is not there: exit code 2, and one line that says so', async () => {
  const missing = path.join(folder, 'nowhere')
  const outcome = await runDemo(['--input', missing])
  expect(outcome).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: --input: there is no folder ${JSON.stringify(missing)}\n`,
  })
})

test('an unknown option: exit code 2, and how to see the known ones', async () => {
  const { code, stderr } = await runDemo(['--what'])
  expect(code).toBe(2)
  expect(stderr).toContain("unknown option '--what'")
  expect(stderr).toContain('npm run demo -- --help')
})

test('a search that the store would refuse: exit code 2, and no database is left behind', async () => {
  const database = path.join(folder, 'refused.db')
  fs.mkdirSync(path.join(folder, 'one'))
  fs.writeFileSync(path.join(folder, 'one', 'a.md'), '# A\n')
  const { code, stderr } = await runDemo(['--input', path.join(folder, 'one'), '--db', database, '--search', ' '])
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: --search: query: expected at least one word, got " "\n' })
  expect(fs.existsSync(database)).toBe(false)
})

test('a folder without documents is refused', () => {
  fs.mkdirSync(path.join(folder, 'empty'))
  expect(() => begin('--input', path.join(folder, 'empty'))).toThrow(/there is no document to read in .*empty/)
})

test('a file in place of a folder is refused', () => {
  expect(() => begin('--input', file)).toThrow(/is a file; give the folder that holds it/)
})

test('a database that exists is never overwritten', () => {
  expect(() => begin('--db', file)).toThrow(/exists already; the demo writes a new file/)
  expect(() => begin('--db', path.join(folder, 'nowhere', 'x.db'))).toThrow(/there is no folder/)
})

test('the demo reads the documents of this repository if no folder is named', () => {
  const { input, workers, database } = begin() as Extract<ReturnType<typeof begin>, { input: unknown }>
  expect(workers).toBe(3)
  expect(database).toMatch(/[\\/]\.descartes[\\/]demo\.db$/)
  expect(['README.md', 'docs/a/b.md', 'apps/x/README.md', 'CHANGELOG.txt'].filter(input.includes)).toEqual([
    'README.md',
    'docs/a/b.md',
  ])
})
