import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as sdk from '@descartes/sdk'
import * as testing from '@descartes/sdk/testing'
import { expect, test } from 'vitest'
import { temporaryDatabase } from '../../store/tests/postgresql/database.ts'

// People import these names: one that goes, or comes, is a change of the public interface and wants a changeset.
test('the public names of @descartes/sdk', () => {
  expect(Object.keys(sdk).sort()).toMatchInlineSnapshot(`
    [
      "AgentDeletedError",
      "AgentExistsError",
      "AgentNotFoundError",
      "CannotOpenError",
      "CommitUnknownError",
      "CorruptDataError",
      "EventConflictError",
      "FIXED_LIMITS",
      "InvalidInputError",
      "MigrationFailedError",
      "MoveMismatchError",
      "MoveRefusedError",
      "MoveUnfinishedError",
      "OutOfScopeError",
      "OutsideTransactionError",
      "RevisionNotFoundError",
      "RowRefusedError",
      "SchemaTooNewError",
      "SessionEndedError",
      "SessionExistsError",
      "SessionNotFoundError",
      "SnapshotExpiredError",
      "SnapshotNotFoundError",
      "SourceChangedError",
      "StateStoreError",
      "StateTooNewError",
      "StorageFailedError",
      "StorageFullError",
      "StoreBusyError",
      "StoreClosedError",
      "TransactionEndedError",
      "VersionConflictError",
      "moveStore",
      "openStateStore",
    ]
  `)
})

test('the public names of @descartes/sdk/testing', () => {
  expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
    [
      "CONTRACT",
      "runContractTest",
      "testStateStoreContract",
    ]
  `)
})

test('every error has a code, a name of its own, and the base class', () => {
  const errors = Object.entries(sdk).filter(([name]) => name.endsWith('Error'))
  expect(errors.length).toBeGreaterThan(20)
  for (const [name, error] of errors)
    expect(error === sdk.StateStoreError || Object.getPrototypeOf(error) === sdk.StateStoreError, name).toBe(true)
})

/** The urls of the modules that a new process has loaded after it ran the lines with a store: V8 counts what was run. */
function modulesLoadedBy(lines: string, url = ':memory:'): string[] {
  const program = `import { openStateStore } from '@descartes/sdk'
    const store = await openStateStore({ url: '${url}' })
    ${lines}
    await store.close()`
  const args = ['--conditions=dev-source', '--import', 'tsx', '--input-type=module', '-e', program]
  const counts = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-modules-'))
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: counts }
    execFileSync(process.execPath, args, { cwd: import.meta.dirname, env })
    const files = fs.readdirSync(counts).map((name) => fs.readFileSync(path.join(counts, name), 'utf8'))
    return files.flatMap((text) => JSON.parse(text).result.map((script: { url: string }) => script.url))
  } finally {
    fs.rmSync(counts, { recursive: true })
  }
}

const SAVE_AND_LOAD = `await store.saveAgentState({ agentId: 'a', name: 'A', status: 's', state: 1 })
  await store.loadAgentState('a')`

test('a process that saves and loads does not load Prisma; one that asks for it does', () => {
  const isPrisma = (file: string) => /@prisma[/+]client|generated\/client/.test(file)
  const loaded = modulesLoadedBy(SAVE_AND_LOAD)
  expect(loaded.some((file) => file.includes('better-sqlite3'))).toBe(true)
  expect(loaded.filter(isPrisma)).toEqual([])
  expect(modulesLoadedBy('await store.prisma.task.count()').filter(isPrisma)).not.toEqual([])
})

test('a process that saves and loads on one database loads nothing of the other', async () => {
  const isPostgresql = (file: string) => /postgresql|\/pg(-\w+)?\//.test(file)
  const isSqlite = (file: string) => /better-sqlite3|\/sqlite\/(?!location\.ts)|migrations\/embedded/.test(file)
  const onSqlite = modulesLoadedBy(SAVE_AND_LOAD)
  expect(onSqlite.filter(isPostgresql)).toEqual([])
  expect(onSqlite.filter(isSqlite)).not.toEqual([])
  const onPostgresql = modulesLoadedBy(SAVE_AND_LOAD, await temporaryDatabase())
  expect(onPostgresql.filter(isSqlite)).toEqual([])
  expect(onPostgresql.filter(isPostgresql)).not.toEqual([])
})
