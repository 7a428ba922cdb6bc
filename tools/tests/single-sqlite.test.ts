import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root, temporaryFolder } from './temporary-folder.ts'

const run = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(root, 'tools/check-single-sqlite.mjs'), ...args], { encoding: 'utf8' })

function plant(store: string, version: string): void {
  const copy = path.join(store, `better-sqlite3@${version}/node_modules/better-sqlite3`)
  fs.mkdirSync(copy, { recursive: true })
  fs.writeFileSync(path.join(copy, 'package.json'), JSON.stringify({ name: 'better-sqlite3', version }))
}

test('the installed tree holds exactly one better-sqlite3', () => {
  expect(run()).toMatchObject({ status: 0, stderr: '' })
})

test('a second copy is caught, a link to the first is not a copy', () => {
  const store = temporaryFolder()
  plant(store, '12.11.1')
  fs.mkdirSync(path.join(store, 'adapter@7/node_modules'), { recursive: true })
  fs.symlinkSync(
    path.join(store, 'better-sqlite3@12.11.1/node_modules/better-sqlite3'),
    path.join(store, 'adapter@7/node_modules/better-sqlite3'),
  )
  expect(run(store).status).toBe(0)

  plant(store, '13.2.0')
  const { status, stderr } = run(store)
  expect(status).toBe(1)
  expect(stderr).toMatch(/found 2:\n.*@12\.11\.1.*\n.*@13\.2\.0/)
})
