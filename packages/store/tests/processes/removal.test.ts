import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pruneRevisions, purgeAgent } from '../../src/operations.ts'
import type { SqliteEngine } from '../../src/sqlite/sqlite-engine.ts'
import { openTemporary, temporaryFile } from '../temporary-folder.ts'
import { KEPT, LARGE, makeLargeHistory, OTHERS, RULE, readVersions } from './large-history.ts'
import { damage } from './ledger.ts'
import { Program, usePrograms } from './program.ts'

usePrograms()

let original = ''
beforeAll(async () => {
  original = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-history-')), 'state.db')
  await makeLargeHistory(original)
})
afterAll(() => fs.rmSync(path.dirname(original), { recursive: true, force: true }))

interface Killed {
  file: string
  /** Whether it was killed before all rows were removed. */
  early: boolean
}

/** Lets a program prune or purge, and kills it when it has said so many times that it goes on. */
async function removeAndKill(manner: 'prune' | 'purge', after: number): Promise<Killed> {
  const file = temporaryFile()
  fs.copyFileSync(original, file)
  const program = new Program('remove-until-killed', [manner])
  await program.says('ready')
  program.tell(file)
  for (let heard = 0; heard < after; ) {
    await program.hears()
    heard = program.lines.filter((line) => line === 'removed').length
    if (program.lines.includes('all removed')) break
  }
  await program.kill()
  return { file, early: !program.lines.includes('all removed') }
}

function damageOf(file: string): string[] {
  const database = new Database(file)
  try {
    return damage(database)
  } finally {
    database.close()
  }
}

async function expectSound(engine: SqliteEngine, file: string): Promise<number[]> {
  const [fork, other] = await Promise.all(OTHERS.map((agentId) => readVersions(engine, agentId)))
  expect([fork?.length, other?.length]).toEqual([30, 56])
  const versions = await readVersions(engine, LARGE)
  expect(damageOf(file)).toEqual([])
  return versions
}

describe('a process that is killed', () => {
  it('while it prunes leaves every version that is listed readable, and the next prune goes on', async () => {
    let early = 0
    for (const after of [1, 1, 2, 3, 4, 5, 9]) {
      const killed = await removeAndKill('prune', after)
      const engine = await openTemporary({ file: killed.file })
      const versions = await expectSound(engine, killed.file)
      expect(versions).toEqual(expect.arrayContaining(KEPT))
      if (killed.early) early++
      while ((await engine.write(() => pruneRevisions('default', LARGE, RULE))).revisions > 0);
      await engine.reclaim()
      expect(await expectSound(engine, killed.file)).toEqual(KEPT)
    }
    expect(early).toBeGreaterThan(3)
  })

  it('while it purges leaves every version that is listed readable, and the next purge ends it', async () => {
    const first = '"agentId":"large","lines":["1: '
    expect(fs.readFileSync(original).includes(first)).toBe(true)
    let early = 0
    for (const after of [1, 2, 4, 6, 8, 10, 12, 99]) {
      const killed = await removeAndKill('purge', after)
      const engine = await openTemporary({ file: killed.file })
      await expectSound(engine, killed.file)
      if (killed.early) early++
      while ((await engine.write(() => purgeAgent('default', LARGE))) !== undefined);
      await engine.scrub()
      expect(await expectSound(engine, killed.file)).toEqual([])
      expect(await engine.prisma.event.count({ where: { OR: [{ actorId: LARGE }, { sessionId: 'session' }] } })).toBe(0)
      expect(await engine.prisma.event.count()).toBe(300)
      await engine.close()
      expect(fs.readFileSync(killed.file).includes(first)).toBe(false)
    }
    expect(early).toBeGreaterThan(4)
  })

  it('control: a version that rests on one that is gone is seen', async () => {
    const file = temporaryFile()
    fs.copyFileSync(original, file)
    const engine = await openTemporary({ file })
    await engine.prisma.$executeRawUnsafe(`DELETE FROM agent_revisions WHERE agent_id = 'large' AND version = 500`)
    await expect(expectSound(engine, file)).rejects.toMatchObject({ code: 'CORRUPT_DATA' })
  })
})
