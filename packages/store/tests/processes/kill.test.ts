import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { listSessionEvents } from '../../src/operations.ts'
import { openTemporary, temporaryFile, temporaryFolder } from '../temporary-folder.ts'
import { findLosses } from './ledger.ts'
import { Program, usePrograms } from './program.ts'

usePrograms()

const isAcknowledgement = (line: string) => line !== 'ready'

type Manner = 'honest' | 'hasty' | 'mortal'

/** Programs that are started ahead, so that a cycle need not wait for Node to load. */
class Nursery {
  readonly #manner: Manner
  readonly #programs: Program[] = []
  #born = 0

  constructor(manner: Manner) {
    this.#manner = manner
    this.#rear()
    this.#rear()
  }

  async take(): Promise<Program> {
    const program = this.#programs.shift() as Program
    this.#rear()
    await program.says('ready')
    return program
  }

  #rear(): void {
    this.#programs.push(new Program('write-until-killed', [`writer-${++this.#born}`, this.#manner]))
  }
}

/** One that had died by itself was not there to be killed, so its test would have shown nothing. */
async function killAtWork(writer: Program): Promise<void> {
  expect(await writer.kill()).toMatchObject({ signal: 'SIGKILL' })
}

/** Lets writers loose on a file, kills them all at some moment after the first acknowledgement, and hears them out. */
async function writeAndKill(writers: readonly Program[], file: string, afterMs: number): Promise<string[]> {
  for (const writer of writers) writer.tell(file)
  await Promise.all(
    writers.map((writer) => Promise.any(['events', 'status', 'transaction'].map((word) => writer.says(word)))),
  )
  await sleep(afterMs)
  await Promise.all(writers.map(killAtWork))
  return writers.flatMap((writer) => writer.lines.filter(isAcknowledgement))
}

describe('writers that are killed', () => {
  it('lose nothing that was acknowledged and leave no halves, in 100 cycles of kill -9', async () => {
    const nursery = new Nursery('honest')
    const folder = temporaryFolder()
    let ledger: string[] = []
    let total = 0
    for (let cycle = 0; cycle < 100; cycle++) {
      const file = path.join(folder, `${Math.floor(cycle / 10)}.db`)
      if (cycle % 10 === 0) ledger = []
      const writers = [await nursery.take()]
      if (cycle % 10 === 9) writers.push(await nursery.take())
      const acknowledged = await writeAndKill(writers, file, Math.random() * 40)
      total += acknowledged.length
      ledger.push(...acknowledged)
      expect(findLosses(file, ledger), `cycle ${cycle}`).toEqual([])
    }
    // Each writer is heard at least once, and far more often where the machine is not busy.
    expect(total).toBeGreaterThan(200)
  })

  it('is really looked at: a writer that acknowledges before its writes resolve is caught', async () => {
    const nursery = new Nursery('hasty')
    const losses: string[] = []
    for (let cycle = 0; cycle < 20 && losses.length === 0; cycle++) {
      const file = temporaryFile()
      const acknowledged = await writeAndKill([await nursery.take()], file, Math.random() * 40)
      losses.push(...findLosses(file, acknowledged))
    }
    expect(losses).not.toEqual([])
  })

  it('were at work until then: a writer that dies by itself is caught', async () => {
    const writer = await new Nursery('mortal').take()
    const file = temporaryFile()
    writer.tell(file)
    await writer.exits()
    await expect(writeAndKill([writer], file, 0)).rejects.toThrow('SIGKILL')
  })

  it('while they migrate a new file leave one that opens', async () => {
    const nursery = new Nursery('honest')
    for (let cycle = 0; cycle < 5; cycle++) {
      const file = temporaryFile()
      const writer = await nursery.take()
      writer.tell(file)
      while (!fs.existsSync(file)) await sleep(1)
      await sleep(Math.random() * 15)
      await killAtWork(writer)
      const engine = await openTemporary({ file })
      await engine.close()
      expect(findLosses(file, writer.lines.filter(isAcknowledgement))).toEqual([])
    }
  })

  it('leave their log to whoever reads next', async () => {
    const file = temporaryFile()
    const nursery = new Nursery('honest')
    const acknowledged = await writeAndKill([await nursery.take()], file, 10)
    expect(fs.statSync(`${file}-wal`).size).toBeGreaterThan(0)
    const readonly = new Database(file, { readonly: true })
    expect(readonly.prepare('SELECT count(*) FROM events').pluck().get()).toBeGreaterThan(0)
    readonly.close()
    const engine = await openTemporary({ file })
    for (const line of acknowledged.filter((line) => line.startsWith('events '))) {
      const sessionId = line.slice('events '.length)
      expect(
        await engine.read(() => listSessionEvents('default', sessionId, { after: 0, limit: 10 })),
        line,
      ).toHaveLength(3)
    }
  })

  it('do not disturb one that has the file open all the while', async () => {
    const file = temporaryFile()
    const beside = await openTemporary({ file })
    const nursery = new Nursery('honest')
    for (let cycle = 0; cycle < 3; cycle++) {
      const killing = writeAndKill([await nursery.take()], file, 20)
      let done = false
      const looking = (async () => {
        while (!done) {
          await beside.prisma.event.count()
          await sleep(2)
        }
      })()
      const acknowledged = await killing
      done = true
      await looking
      expect(await beside.prisma.event.count()).toBeGreaterThan(0)
      expect(findLosses(file, acknowledged)).toEqual([])
    }
  })
})
