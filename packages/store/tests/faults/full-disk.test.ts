import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StorageFullError } from '../../src/errors.ts'
import { listSessionEvents, saveAgent, saveEvents } from '../../src/operations.ts'
import { damage } from '../processes/ledger.ts'
import { agent, event } from '../samples.ts'
import { openTemporary, temporaryFolder } from '../temporary-folder.ts'

const mount = (folder: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder])
const unmount = (folder: string) => execFileSync('umount', [folder])

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-mount-'))
  const mounted = mount(folder).status === 0
  if (mounted) unmount(folder)
  fs.rmdirSync(folder)
  return mounted
}

const reason = canMount() ? undefined : ' (needs root on Linux, to mount a small tmpfs)'

describe.skipIf(reason)(`a file system of 4 MB that fills up${reason ?? ''}`, () => {
  it('gives StorageFullError, keeps all that was acknowledged, and takes writes again once there is space', async () => {
    const folder = temporaryFolder()
    mount(folder)
    onTestFinished(() => void unmount(folder))
    const ballast = path.join(folder, 'ballast')
    fs.writeFileSync(ballast, Buffer.alloc(1_000_000))
    const file = path.join(folder, 'state.db')
    const engine = await openTemporary({ file })

    const acknowledged: string[] = []
    const errors: unknown[] = []
    const save = (id: string) =>
      engine.write(() =>
        saveEvents('default', [
          event(`${id}/a`, { sessionId: id, content: 'x'.repeat(10_000) }),
          event(`${id}/b`, { sessionId: id }),
        ]),
      )
    for (let round = 0; errors.length < 20; round++) {
      const ids = [0, 1, 2, 3].map((i) => `${round}/${i}`)
      const settled = await Promise.allSettled(ids.map(save))
      for (const [i, result] of settled.entries()) {
        if (result.status === 'fulfilled') acknowledged.push(ids[i] as string)
        else errors.push(result.reason)
      }
    }
    errors.push(
      await engine
        .transact((transaction) =>
          transaction.write(() => saveAgent('default', agent('a', { stateData: `"${'x'.repeat(500_000)}"` }))),
        )
        .catch((error: unknown) => error),
    )
    expect(errors.filter((error) => !(error instanceof StorageFullError))).toEqual([])
    // 35, where each is committed by itself; 60 and more, where four are.
    expect(acknowledged.length).toBeGreaterThan(20)
    expect(engine.stats()).toMatchObject({ writes: { queued: 0 }, transactions: { open: 0 } })

    const eventsOf = (sessionId: string) =>
      engine.read(() => listSessionEvents('default', sessionId, { after: 0, limit: 10 }))
    for (const id of acknowledged) expect(await eventsOf(id), id).toHaveLength(2)

    fs.rmSync(ballast)
    await save('afterwards')
    await engine.transact((transaction) => transaction.write(() => saveAgent('default', agent('a'))))
    expect(await eventsOf('afterwards')).toHaveLength(2)
    await engine.close()
    const database = new Database(file)
    expect(database.prepare('SELECT count(DISTINCT session_id) FROM events').pluck().get()).toBe(
      acknowledged.length + 1,
    )
    expect(damage(database)).toEqual([])
    database.close()
  })
})
