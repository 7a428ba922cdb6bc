import fs from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { CannotOpenError } from '../src/errors.ts'
import { openEngine } from '../src/open-engine.ts'
import { loadAgent, saveAgent } from '../src/operations.ts'
import { openConnection } from '../src/sqlite/connection.ts'
import { parseLocation } from '../src/sqlite/location.ts'
import { agent } from './samples.ts'
import { temporaryFile } from './temporary-folder.ts'

const home = process.cwd()
afterEach(() => process.chdir(home))

describe('where a database lives', () => {
  it('stays the same when the process changes its directory: a second connection opens the same file', async () => {
    const [here, there] = [path.dirname(temporaryFile()), path.dirname(temporaryFile())]
    for (const folder of [there, here]) {
      process.chdir(folder)
      const engine = await openEngine({ url: 'file:./same.db' })
      await engine.write(() => saveAgent('default', agent('a', { name: folder })))
      if (folder === there) {
        await engine.close()
        continue
      }
      process.chdir(there)
      let end: () => void = () => {}
      const transaction = engine.transact(() => new Promise<void>((resolve) => (end = resolve)))
      await new Promise((resolve) => setImmediate(resolve))
      expect((await engine.read(() => loadAgent('default', 'a')))?.name).toBe(here)
      end()
      await transaction
      await engine.close()
    }
  })

  it('is settled when the call is made', async () => {
    const [here, there] = [path.dirname(temporaryFile()), path.dirname(temporaryFile())]
    process.chdir(here)
    const opening = openEngine({ url: 'file:./settled.db' })
    process.chdir(there)
    await (await opening).close()
    expect([here, there].map((folder) => fs.existsSync(path.join(folder, 'settled.db')))).toEqual([true, false])
  })

  it.each(['file:./a.db ', 'file: a.db', 'file:a.db\n', 'file::memory: ', 'file:///tmp/a#b.db'])(
    'is refused where SQLite would open another file: %j',
    (url) => {
      expect(() => parseLocation(url)).toThrow(CannotOpenError)
    },
  )

  it('is decoded in an absolute url, and taken as it stands in a relative one', () => {
    expect(parseLocation('file:///tmp/a%20b%23.db').path).toBe('/tmp/a b#.db')
    expect(parseLocation('file:a%20b#.db').path).toBe(path.resolve('a%20b#.db'))
  })
})

describe('an option that is undefined', () => {
  it('has its default: full durability', () => {
    const url = `file:${temporaryFile()}`
    const connection = openConnection(parseLocation(url), { durability: undefined as never })
    expect(connection.database.pragma('synchronous', { simple: true })).toBe(2)
    connection.close()
  })

  it('has its default: ten connections', async () => {
    const engine = await openEngine({ url: `file:${temporaryFile()}`, maxConnections: undefined })
    expect(engine.stats().connections.max).toBe(10)
    await engine.close()
  })
})
