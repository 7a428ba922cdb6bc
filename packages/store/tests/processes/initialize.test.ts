import fs from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { SQLITE_MIGRATIONS } from '../../src/migrations/embedded.ts'
import { temporaryFile } from '../temporary-folder.ts'
import { damage } from './ledger.ts'
import { Program, usePrograms } from './program.ts'

usePrograms()

describe('many processes that open one new file at once', () => {
  it('all 20 succeed, and one of them migrates', async () => {
    const file = temporaryFile()
    const programs = Array.from({ length: 20 }, (_, i) => new Program('initialize', [file, `agent ${i}`]))
    await Promise.all(programs.map((program) => program.says('ready')))
    for (const program of programs) program.tell('go')
    const exits = await Promise.all(programs.map((program) => program.exits()))
    expect(exits).toEqual(programs.map(() => ({ code: 0, signal: null })))

    const database = new Database(file)
    const history = database.prepare('SELECT migration_name FROM _prisma_migrations ORDER BY rowid').pluck().all()
    expect(history).toEqual(SQLITE_MIGRATIONS.map(({ name }) => name))
    expect(database.prepare('SELECT count(*) FROM agent_states').pluck().get()).toBe(20)
    expect(damage(database)).toEqual([])
    database.close()
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
  })
})
