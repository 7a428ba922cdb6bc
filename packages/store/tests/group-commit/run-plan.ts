import type fc from 'fast-check'
import { vi } from 'vitest'
import { execute, type Operation, query, statement } from '../../src/operation.ts'
import type { Connection } from '../../src/sqlite/connection.ts'
import type { SqliteTransaction } from '../../src/sqlite/transaction.ts'
import type { Job, Writer, WriterOptions } from '../../src/sqlite/writer.ts'
import { FaultyConnection, INSERT, VIOLATE, VIOLATE_AND_ROLL_BACK } from './faulty-connection.ts'
import type { Command, JobKind, Plan, Step } from './plan.ts'

/** A write or a transaction that was issued, and what became of it. */
export interface Call {
  readonly id: number
  readonly command: Command
  /** The parts that must be there if it is acknowledged. */
  parts: number[]
  outcome: 'pending' | 'acknowledged' | 'rejected' | 'given up'
  error?: unknown
}

export type WriterClass = new (connection: Connection, options: WriterOptions) => Writer

/** A job refused by its own rules. */
export class Refusal extends Error {}

const READ = statement('SELECT count(*) FROM written')
const OPTIONS = { busyTimeoutMs: 6, acquireTimeoutMs: 20 }
const STUCK_AFTER_TURNS = 500

/** Runs a plan on a writer; the scheduler decides who goes next: a client, or the event loop (on fake timers). */
export class PlanRun {
  readonly connection: FaultyConnection
  readonly writer: Writer
  readonly calls: Call[] = []
  /** What was seen that must never be. */
  readonly violations: string[] = []
  readonly #scheduler: fc.Scheduler
  readonly #settled: Promise<void>[] = []
  #holder: Call | undefined
  #parts = 0

  constructor(scheduler: fc.Scheduler, plan: Plan, writerClass: WriterClass) {
    this.#scheduler = scheduler
    this.connection = new FaultyConnection(plan.faults)
    this.writer = new writerClass(this.connection, OPTIONS)
  }

  async run(clients: Plan['clients']): Promise<void> {
    const all = Promise.all(clients.map((commands) => this.#client(commands)))
    const done = all.then(() => Promise.all(this.#settled)).then(() => this.writer.idle())
    await this.#scheduler.waitFor(Promise.race([done, this.#turnEventLoop()]))
    this.connection.close()
  }

  async #client(commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      await this.#scheduler.schedule(Promise.resolve(), command.kind)
      const call: Call = { id: this.calls.length + 1, command, parts: [], outcome: 'pending' }
      this.calls.push(call)
      const result = command.kind === 'write' ? this.#write(call, command.job) : this.#transact(call, command)
      const settled = this.#follow(call, result)
      this.#settled.push(settled)
      if (command.kind === 'transaction') await settled
    }
  }

  #write(call: Call, kind: JobKind): Promise<unknown> {
    const part = ++this.#parts
    if (kind === 'succeeds') call.parts.push(part)
    const job = this.#job(call, kind, part)
    return this.writer.write((connection) => {
      if (this.#holder !== undefined)
        this.violations.push(`write ${call.id} ran while transaction ${this.#holder.id} was open`)
      return job(connection)
    })
  }

  async #transact(call: Call, { steps, keep }: Extract<Command, { kind: 'transaction' }>): Promise<void> {
    const transaction = await this.writer.begin()
    if (this.#holder !== undefined)
      this.violations.push(`transaction ${call.id} began while ${this.#holder.id} was open`)
    this.#holder = call
    for (const step of steps) {
      await this.#scheduler.schedule(Promise.resolve(), 'step')
      await this.#step(call, transaction, step)
    }
    await this.#scheduler.schedule(Promise.resolve(), 'end')
    this.#holder = undefined
    if (keep) commit(transaction)
    else {
      transaction.rollback()
      call.outcome = 'given up'
    }
  }

  async #step(call: Call, transaction: SqliteTransaction, step: Step): Promise<void> {
    if (typeof step === 'string') return this.#runInside(call, transaction, step)
    const before = [...call.parts]
    try {
      const inner = transaction.begin()
      for (const kind of step.savepoint) {
        await this.#scheduler.schedule(Promise.resolve(), 'inner step')
        this.#runInside(call, inner, kind)
      }
      if (step.keep) return commit(inner)
      inner.rollback()
      call.parts = before
    } catch {
      call.parts = before
    }
  }

  #runInside(call: Call, transaction: SqliteTransaction, kind: JobKind): void {
    const part = ++this.#parts
    try {
      transaction.run(this.#job(call, kind, part))
      if (kind === 'succeeds') call.parts.push(part)
    } catch {
      // The transaction's own end tells whether it survived.
    }
  }

  #job(call: Call, kind: JobKind, part: number): Job<unknown> {
    return (connection) => connection.run(work(kind, [call.id, part]))
  }

  async #follow(call: Call, result: Promise<unknown>): Promise<void> {
    try {
      await result
      if (call.outcome === 'pending') call.outcome = 'acknowledged'
      const there = call.outcome === 'acknowledged' ? this.connection.partsOf(call.id) : call.parts
      if (there.join() !== call.parts.join()) this.violations.push(`call ${call.id} was acknowledged before its COMMIT`)
    } catch (error) {
      call.outcome = 'rejected'
      call.error = error
    }
  }

  async #turnEventLoop(): Promise<void> {
    for (let idle = 0; idle < STUCK_AFTER_TURNS; ) {
      await this.#scheduler.schedule(Promise.resolve(), 'turn of the event loop')
      idle = vi.getTimerCount() > 0 ? 0 : idle + 1
      vi.advanceTimersToNextTimer()
    }
  }
}

/** As everyone who opens transactions does: one that cannot be committed is rolled back. */
function commit(transaction: SqliteTransaction): void {
  try {
    transaction.commit()
  } catch (error) {
    transaction.rollback()
    throw error
  }
}

function* work(kind: JobKind, params: [call: number, part: number]): Operation<void> {
  if (kind === 'reads') yield* query(READ, [])
  if (kind === 'refuses') throw new Refusal()
  if (kind === 'violates') yield* execute(VIOLATE, params)
  if (kind === 'reads' || kind === 'violates') return
  yield* execute(INSERT, params)
  if (kind === 'writes, then refuses') throw new Refusal()
  if (kind === 'writes, then violates') yield* execute(VIOLATE, params)
  if (kind === 'rolls everything back') yield* execute(VIOLATE_AND_ROLL_BACK, params)
}
