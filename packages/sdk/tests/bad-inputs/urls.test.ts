import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { inspect, promisify } from 'node:util'
import { moveStore, openStateStore, StateStoreError } from '@descartes/sdk'
import { openEngine } from '@descartes/store'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder: string

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'descartes-urls-'))
})

afterEach(() => fs.rm(folder, { recursive: true }))

const AGENT = { agentId: 'a', name: 'A', status: 's', state: 1 }

/** What opening the url fails with; it must be a typed error that says what is wrong. */
async function refusal(url: unknown): Promise<StateStoreError> {
  const outcome = await openStateStore({ url: url as string }).then(
    (store) => store.close().then(() => undefined),
    (error: unknown) => error,
  )
  if (!(outcome instanceof StateStoreError))
    expect.fail(`${String(url)}: expected a StateStoreError, got ${String(outcome)}`)
  return outcome
}

const NO_URLS: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 7],
  ['an object', new URL('file:///tmp/x.db')],
  ['an empty string', ''],
  ['a blank', ' '],
  ['a line break', '\n'],
  ['a bare path', './state.db'],
  ['a bare name', 'state.db'],
  ['a NUL', 'file:a\0b'],
  ['an unknown scheme', 'sqlite:state.db'],
  ['another scheme', 'http://localhost/state.db'],
  ['a scheme in capitals', 'FILE:state.db'],
  ['a path that is empty', 'file:'],
  ['a path that is blank', 'file: '],
  ['slashes alone', 'file://'],
  ['a parameter', 'file:state.db?mode=memory'],
  ['a parameter without a name', 'file:state.db?'],
  ['a parameter of Prisma', 'file:state.db?connection_limit=1'],
  ['a parameter of memory', ':memory:?cache=shared'],
  ['a host', 'file://host/state.db'],
  ['a broken escape', 'file:///%zz.db'],
  ['an escaped slash', 'file:///a%2Fb.db'],
  ['an escaped NUL', 'file:///tmp/a%00b.db'],
]

describe('a url that is none is refused', () => {
  test.each(NO_URLS)('%s', async (_, url) => {
    const files = await fs.readdir('.')
    expect(await refusal(url)).toMatchObject({ code: 'CANNOT_OPEN', name: 'CannotOpenError', url: String(url) })
    expect(await fs.readdir('.')).toEqual(files)
  })
})

describe('a url with a password', () => {
  // Nothing listens at port 1.
  const SECRET_URLS = [
    'postgress://descartes:secret@127.0.0.1:1/db',
    'Postgress://descartes:secret@127.0.0.1:1/db',
    'mysql://descartes:secret@127.0.0.1:1/db',
    'jdbc:postgresql://127.0.0.1:1/db?user=descartes&password=secret',
    'host=127.0.0.1 user=descartes password=secret dbname=db',
    'descartes:secret@127.0.0.1:1/db',
    'postgresql:descartes:secret@127.0.0.1:1/db',
    ' postgresql://descartes:secret@127.0.0.1:1/db',
    'Postgresql://descartes:secret@127.0.0.1:1/db',
    'POSTGRES://descartes:secret@127.0.0.1:1/db',
    'postgresql://descartes:p@ss/secret#rd@127.0.0.1:1/db',
    'postgresql://descartes:p@secret/rd@127.0.0.1:1/db',
    'postgresql://descartes:p@ss?secret&secret=rd@127.0.0.1:1/db',
    'postgresql://descartes:pass?sslmode=secret@127.0.0.1:1/db',
    'postgresql://descartes:pass/secret@127.0.0.1:1/db',
    'postgresql://descartes:secret@127.0.0.1:port/db',
    'postgresql://descartes:secret%zz@127.0.0.1:1/db',
    'postgresql://127.0.0.1:1/db?user=descartes&password=secret',
    'file://descartes:secret@host/state.db',
  ]

  test.each(SECRET_URLS)('is shown without it, wherever it is refused: %s', async (url) => {
    const move = { from: url, to: `file:${folder}/target.db` }
    const moves = [moveStore(move), moveStore({ from: `file:${folder}/none.db`, to: url })]
    const errors = await Promise.all([refusal(url), ...moves.map((moved) => moved.catch((error: Error) => error))])
    for (const error of errors) expect(inspect(error, { depth: 9 })).not.toMatch(/secret/)
    expect(errors.slice(0, 2)).toMatchObject([{ code: 'CANNOT_OPEN' }, { code: 'CANNOT_OPEN' }])
  })

  test('of an unknown kind is answered with all kinds that there are', async () => {
    expect(await refusal(SECRET_URLS[0])).toMatchObject({ message: expect.stringContaining('postgresql://') })
  })

  test('may have a scheme in capitals: there is no server at its address', async () => {
    const message = expect.stringContaining('ECONNREFUSED')
    expect(await refusal('POSTGRESQL://descartes:secret@127.0.0.1:1/db')).toMatchObject({ message })
  })

  test('that somebody has not encoded is answered with how to', async () => {
    const message = expect.stringContaining('write / as %2F')
    expect(await refusal('postgresql://descartes:p@ss/wo#rd@127.0.0.1:1/db')).toMatchObject({ message })
  })
})

describe('a file that cannot be opened is refused', () => {
  test('a folder', async () => {
    const error = await refusal(`file:${folder}`)
    expect(error).toMatchObject({ code: 'CANNOT_OPEN', url: `file:${folder}` })
    expect(await refusal(`file:${folder}/`)).toMatchObject({ code: 'CANNOT_OPEN' })
  })

  test('in a folder that does not exist', async () => {
    const error = await refusal(`file:${folder}/missing/state.db`)
    expect(error).toMatchObject({ code: 'CANNOT_OPEN', message: expect.stringContaining('create the folder') })
    expect(await fs.readdir(folder)).toEqual([])
  })

  test('below a file, or with a name too long', async () => {
    await fs.writeFile(`${folder}/file`, '')
    expect(await refusal(`file:${folder}/file/state.db`)).toMatchObject({ code: 'CANNOT_OPEN' })
    expect(await refusal(`file:${folder}/${'x'.repeat(300)}`)).toMatchObject({ code: 'CANNOT_OPEN' })
  })

  test('a file that is no database stays as it is', async () => {
    for (const text of ['hello, this is no database', `SQLite format 3\0${'x'.repeat(4096)}`]) {
      await fs.writeFile(`${folder}/text.db`, text)
      expect(await refusal(`file:${folder}/text.db`)).toMatchObject({
        code: expect.stringMatching(/CANNOT_OPEN|STORAGE_FAILED/),
      })
      expect(await fs.readFile(`${folder}/text.db`, 'utf8')).toBe(text)
    }
  })

  test('a link that leads nowhere, or to itself', async () => {
    await fs.symlink(`${folder}/loop.db`, `${folder}/loop.db`)
    expect(await refusal(`file:${folder}/loop.db`)).toMatchObject({ code: 'CANNOT_OPEN' })
    await fs.symlink(`${folder}/none/state.db`, `${folder}/dangling.db`)
    expect(await refusal(`file:${folder}/dangling.db`)).toMatchObject({ code: 'CANNOT_OPEN' })
  })

  test('the database of another application stays as it is', async () => {
    const url = `file:${folder}/other.db`
    const engine = await openEngine({ url })
    await engine.prisma.$executeRawUnsafe('CREATE TABLE notes (text TEXT)')
    await engine.prisma.$executeRawUnsafe('DROP TABLE _prisma_migrations')
    await engine.close()
    const error = await refusal(url)
    expect(error).toMatchObject({ code: 'CANNOT_OPEN', message: expect.stringContaining('another application') })
  })
})

describe('a database of another version is refused', () => {
  const withHistory = async (sql: string) => {
    const url = `file:${folder}/state.db`
    const store = await openStateStore({ url })
    await store.saveAgentState(AGENT)
    await store.close()
    const engine = await openEngine({ url })
    await engine.prisma.$executeRawUnsafe(sql)
    await engine.close()
    return url
  }

  test('a newer one, by the names of its migrations', async () => {
    const columns = 'id, checksum, finished_at, migration_name, applied_steps_count'
    const url = await withHistory(
      `INSERT INTO _prisma_migrations (${columns}) VALUES ('x', 'x', '2999-01-01T00:00:00.000+00:00', '29990101000000_future', 1)`,
    )
    const refused = { code: 'SCHEMA_TOO_NEW', name: 'SchemaTooNewError', migrations: ['29990101000000_future'] }
    expect(await refusal(url)).toMatchObject(refused)
  })

  test('one whose migrations were edited, or never finished', async () => {
    const edited = await withHistory("UPDATE _prisma_migrations SET checksum = 'x'")
    expect(await refusal(edited)).toMatchObject({ code: 'MIGRATION_FAILED', migration: expect.any(String) })
    await fs.rm(`${folder}/state.db`)
    const unfinished = await withHistory('UPDATE _prisma_migrations SET finished_at = NULL')
    expect(await refusal(unfinished)).toMatchObject({ code: 'MIGRATION_FAILED' })
  })
})

/** What opening the url fails with for a user who is not root, for no permission of a file holds root back. */
async function refusalForNobody(url: string): Promise<unknown> {
  const args = ['--conditions=dev-source', '--import', 'tsx', `${import.meta.dirname}/open-as-nobody.ts`, url]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout)
}

const hasModes = process.platform !== 'win32'

describe.skipIf(!hasModes)(`a file without permission is refused${hasModes ? '' : ' (Windows has no modes)'}`, () => {
  const url = () => `file:${folder}/state.db`

  const close = async (file: number, parent: number) => {
    const store = await openStateStore({ url: url() })
    await store.saveAgentState(AGENT)
    await store.close()
    await fs.chmod(`${folder}/state.db`, file)
    await fs.chmod(folder, parent)
  }

  afterEach(() => fs.chmod(folder, 0o755))

  test('a database that can only be read', async () => {
    for (const parent of [0o777, 0o555]) {
      await close(0o444, parent)
      const refused = { code: 'CANNOT_OPEN', message: expect.stringContaining('cannot be written') }
      expect(await refusalForNobody(url())).toMatchObject(refused)
      await fs.chmod(folder, 0o755)
    }
  })

  test('a database that cannot be read, and a folder where none can be created', async () => {
    await close(0o000, 0o555)
    expect(await refusalForNobody(url())).toMatchObject({ code: 'CANNOT_OPEN' })
    const refused = { code: 'CANNOT_OPEN', message: expect.stringContaining('cannot be created') }
    expect(await refusalForNobody(`file:${folder}/new.db`)).toMatchObject(refused)
  })

  test('a database that can be written, in a folder that cannot, where its log would lie', async () => {
    await close(0o666, 0o555)
    expect(await refusalForNobody(url())).toMatchObject({ code: 'CANNOT_OPEN' })
  })

  test('with permission it opens', async () => {
    await close(0o666, 0o777)
    expect(await refusalForNobody(url())).toEqual({ code: null })
  })
})

describe('urls that are accepted', () => {
  test.each(['plain.db', 'with space.db', 'ünï😀.db', '100%.db', "quote'd.db", 'semi;colon#hash.db'])(
    '%s',
    async (name) => {
      const store = await openStateStore({ url: `file:${folder}/${name}` })
      await store.close()
      expect(await fs.readdir(folder)).toEqual([name])
      expect((await fs.stat(`${folder}/${name}`)).mode & 0o777).toBe(0o600)
    },
  )

  test('an absolute file url is decoded', async () => {
    const store = await openStateStore({ url: `file://${folder}/a%20b.db` })
    await store.close()
    expect(await fs.readdir(folder)).toEqual(['a b.db'])
  })

  test('an empty file becomes a database', async () => {
    await fs.writeFile(`${folder}/empty.db`, '')
    const store = await openStateStore({ url: `file:${folder}/empty.db` })
    expect(await store.saveAgentState(AGENT)).toMatchObject({ version: 1 })
    await store.close()
  })
})
