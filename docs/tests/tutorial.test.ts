import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { type Block, blocksOf, readPage } from './markdown.ts'
import { type Program, Workshop } from './programs.ts'

const page = readPage('docs/tutorial/first-agent.md')
const workshop = new Workshop()
const [agent] = workshop.write(page) as [Program]

afterAll(() => workshop.remove())

/** What the page says that is printed: the ```text block of this name. */
function said(name: string): string {
  const block = blocksOf(page).find(({ file }) => file === name) as Block
  return `${block.lines.join('\n')}\n`
}

test('the first agent, killed in the middle of its work, goes on where it stood', async () => {
  const crashed = await workshop.run(agent, '--crash')
  expect(crashed.stderr).toBe('')
  expect(crashed.signal).toBe('SIGKILL')
  expect(crashed.stdout).toBe(said('crashed'))

  const resumed = await workshop.run(agent)
  expect(resumed).toMatchObject({ code: 0, stderr: '', stdout: said('resumed') })

  const database = new Database(path.join(path.dirname(agent.file), 'agent.db'), { readonly: true })
  const query = /sqlite3 agent\.db "(.+)"/.exec(page.lines.join('\n'))?.[1] as string
  expect(`${(database.prepare(query).raw().get() as unknown[]).join('|')}\n`).toBe(said('stored'))
  database.close()
})
