import { execFileSync } from 'node:child_process'
import * as sdk from '@descartes/sdk'
import * as testing from '@descartes/sdk/testing'
import { expect, test } from 'vitest'

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
  const errors = Object.values(sdk).filter((value) => typeof value === 'function' && value.name.endsWith('Error'))
  expect(errors.length).toBeGreaterThan(20)
  for (const error of errors) {
    expect(error === sdk.StateStoreError || error.prototype instanceof sdk.StateStoreError).toBe(true)
  }
})

/** The CommonJS modules that a new process has loaded after it ran the lines with a store. */
function modulesLoadedBy(lines: string): string[] {
  const program = `import { openStateStore } from '@descartes/sdk'
    import { Module } from 'node:module'
    const store = await openStateStore({ url: ':memory:' })
    ${lines}
    await store.close()
    console.log(JSON.stringify(Object.keys(Module._cache)))`
  const args = ['--conditions=dev-source', '--import', 'tsx', '--input-type=module', '-e', program]
  return JSON.parse(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }))
}

test('a process that saves and loads does not load Prisma; one that asks for it does', () => {
  const isPrisma = (file: string) => /@prisma[/+]client|generated\/client/.test(file)
  const saved = modulesLoadedBy(`await store.saveAgentState({ agentId: 'a', name: 'A', status: 's', state: 1 })`)
  expect(saved.some((file) => file.includes('better-sqlite3'))).toBe(true)
  expect(saved.filter(isPrisma)).toEqual([])
  expect(modulesLoadedBy('await store.prisma.task.count()').filter(isPrisma)).not.toEqual([])
})
