import fs from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { SQLITE_MIGRATIONS } from '../../src/migrations/embedded.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { damage } from './ledger.ts'
import { Program, usePrograms } from './program.ts'

usePrograms()

const PROCESSES = 20
/** Who comes first differs from file to file, and so does how far it is when the others come. */
const FILES = 10

describe('many processes that open one new file at once', () => {
  it('all 20 succeed, and one of them migrates', async () => {
    const folder = temporaryFolder()
    const programs = Array.from({ length: PROCESSES }, (_, i) => new Program('initialize', [`agent ${i}`]))
    await Promise.all(programs.map((program) => program.says('ready')))
    for (let i = 0; i < FILES; i++) {
      const file = path.join(folder, `${i}.db`)
      for (const program of programs) program.tell(file)
      await Promise.all(programs.map((program) => program.says(`done with ${file}`)))

      const database = new Database(file)
      const history = database.prepare('SELECT migration_name FROM _prisma_migrations ORDER BY rowid').pluck().all()
      expect(history).toEqual(SQLITE_MIGRATIONS.map(({ name }) => name))
      expect(database.prepare('SELECT count(*) FROM agent_states').pluck().get()).toBe(PROCESSES)
      expect(damage(database)).toEqual([])
      database.close()
      expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    }
  })
})
