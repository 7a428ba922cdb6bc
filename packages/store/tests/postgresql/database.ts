import { once } from 'node:events'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest'
import { execute } from './execute.ts'

/** The database that those of the tests are copies of: it has been through all migrations. */
export const TEMPLATE = 'descartes_template'

/** A database of a test's own. */
export interface TestDatabase {
  readonly name: string
  readonly url: string
  drop(): Promise<void>
}

/** Makes a database on the test run's server, which is started if it is not there yet. Whoever calls it drops it. */
export async function createDatabase({
  migrated = true,
  template = TEMPLATE,
}: {
  migrated?: boolean | undefined
  template?: string | undefined
} = {}): Promise<TestDatabase> {
  const server = await serverUrl()
  const name = `test_${process.pid}_${++count}`
  await execute(server, `CREATE DATABASE ${name}${migrated ? ` TEMPLATE ${template}` : ''}`)
  const url = Object.assign(new URL(server), { pathname: name }).href
  const drop = async () => void (await execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  return { name, url, drop }
}

/** A database of the running test, dropped when it has finished; gives its url. */
export async function temporaryDatabase(options?: { migrated?: boolean }): Promise<string> {
  const { url, drop } = await createDatabase(options)
  onTestFinished(drop)
  return url
}

/** A database of the test file that calls this at its top, or of one `describe`; gives its url within tests. */
export function databaseOfFile(): () => string {
  let database: TestDatabase | undefined
  beforeAll(async () => {
    database = await createDatabase()
  })
  afterAll(() => database?.drop())
  return () => (database as TestDatabase).url
}

let count = 0
let known: Promise<string> | undefined

/** The url of the database `postgres`, for the superuser, on the test run's server. */
export function serverUrl(): Promise<string> {
  known ??= askForServer()
  return known
}

async function askForServer(): Promise<string> {
  const socket = net.connect(inject('postgresqlPort'), '127.0.0.1')
  await once(socket, 'connect')
  const { url, error } = JSON.parse(await text(socket))
  if (error !== undefined) throw new Error(error)
  return url
}
