import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../packages/store/tests/postgresql/database.ts'
import { pageOf, readPages } from './markdown.ts'
import { LONGEST_RUN_MS, type Program, type Run, Workshop } from './programs.ts'

const workshop = new Workshop()
const programs = readPages().flatMap((page) => workshop.write(page))

let database: TestDatabase
let empty: TestDatabase

// The programs of pages about PostgreSQL find its url in their environment.
beforeAll(async () => {
  database = await createDatabase()
  process.env.POSTGRESQL_URL = database.url
  empty = await createDatabase({ migrated: false })
  process.env.EMPTY_POSTGRESQL_URL = empty.url
})
afterAll(async () => {
  workshop.remove()
  await database.drop()
  await empty.drop()
})

/** What is wrong with a run; empty when the program ended well and printed what its page says, if its page says anything. */
function faultsOf(program: Program, { code, signal, stdout, stderr }: Run): string[] {
  if (code !== 0) return [`${program.page.path}: ended with ${code ?? signal}\n${stderr}${stdout}`]
  if (program.expected.length === 0) return []
  const printed = stdout.split('\n').slice(0, -1)
  return program.expected.join('\n') === printed.join('\n')
    ? []
    : [`${program.page.path}: expected\n${program.expected.join('\n')}\nand got\n${printed.join('\n')}`]
}

test('the TypeScript in the pages is well typed', () => {
  expect(workshop.typeErrors(programs)).toEqual([])
})

test.concurrent.for(programs)(
  'the program of $page.path runs and prints what the page says',
  { timeout: LONGEST_RUN_MS + 10_000 },
  async (program, { expect }) => {
    expect(faultsOf(program, await workshop.run(program))).toEqual([])
  },
)

test('the programs are there to be checked', () => {
  const pages = new Set(programs.map(({ page }) => page.path))
  expect([...pages]).toEqual(
    expect.arrayContaining(['README.md', 'docs/tutorial/first-agent.md', 'docs/how-to/save-with-compare-and-set.md']),
  )
})

test('control: a block with a wrong type is found, at its line', () => {
  const [planted] = workshop.write(
    pageOf('planted/type.md', 'Text.\n\n```ts\nconst count: number = "one"\nconsole.log(count)\n```\n'),
  ) as [Program]
  expect(workshop.typeErrors([planted])).toEqual([
    "planted/type.md:4: Type 'string' is not assignable to type 'number'.",
  ])
})

test('control: a block that throws, or prints something else, is found', async () => {
  const [throwing] = workshop.write(pageOf('planted/throw.md', '```ts\nthrow new Error("planted")\n```\n')) as [Program]
  const [other] = workshop.write(pageOf('planted/other.md', '```ts\nconsole.log(1) // → 2\n```\n')) as [Program]
  expect(faultsOf(throwing, await workshop.run(throwing)).join()).toContain('Error: planted')
  expect(faultsOf(other, await workshop.run(other))).toEqual(['planted/other.md: expected\n2\nand got\n1'])
})

test('control: a failing test block is found', async () => {
  const text =
    '```ts planted.test.ts\nimport { expect, test } from "vitest"\ntest("planted", () => expect(1).toBe(2))\n```\n'
  const [planted] = workshop.write(pageOf('planted/test.md', text)) as [Program]
  expect(path.basename(planted.file)).toBe('planted.test.ts')
  expect(faultsOf(planted, await workshop.run(planted)).join()).toContain('1 failed')
})
