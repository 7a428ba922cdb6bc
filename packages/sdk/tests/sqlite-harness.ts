import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { openStateStore } from '@descartes/sdk'
import type { ContractHarness } from '@descartes/sdk/testing'

let folder: string | undefined

/** SQLite in a file of a temporary folder. */
export const sqliteHarness: ContractHarness = {
  name: 'a SQLite file',
  async open(options) {
    folder ??= await fs.mkdtemp(path.join(os.tmpdir(), 'descartes-contract-'))
    return openStateStore({ url: `file:${path.join(folder, 'state.db')}`, ...options })
  },
  async cleanup() {
    if (folder !== undefined) await fs.rm(folder, { recursive: true })
    folder = undefined
  },
}

const ONE_STORE = 'a database in memory belongs to one store, and ends with it'
const ONE_CONNECTION = 'a database in memory has one connection, so reads wait for the open transaction'

/** SQLite in the memory of the process. */
export const memoryHarness: ContractHarness = {
  name: 'SQLite in memory',
  open: (options) => openStateStore({ url: ':memory:', ...options }),
  async cleanup() {},
  excluded: {
    'two stores on one database exclude one another as one does': ONE_STORE,
    'what one store has saved, another reads at once': ONE_STORE,
    'what was saved is there when the database is opened again': ONE_STORE,
    'opening a database again migrates nothing again': ONE_STORE,
    'a schema lets in what fits, and names the place of what does not': ONE_STORE,
    'a snapshot that does not fit the schema is not restored': ONE_STORE,
    'a state of an older schema version is lifted, step by step, whenever it is loaded': ONE_STORE,
    'old versions and snapshots are lifted, too, each from its own schema version': ONE_STORE,
    'a patch and an append change the lifted state, and save it under the new version': ONE_STORE,
    'a state of a newer schema version is neither read nor overwritten': ONE_STORE,
    'what needs no state goes on with one of a newer schema version': ONE_STORE,
    'without an upcaster a state is taken as it is': ONE_STORE,
    'an upcaster that throws, or lifts to what does not fit, is named; nothing is changed': ONE_STORE,
    'an upcaster that returns nothing, and upcasters without a schemaVersion, are refused': ONE_STORE,
    'nobody sees a transaction before it commits': ONE_CONNECTION,
  },
}
