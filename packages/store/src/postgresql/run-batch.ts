import { StateStoreError } from '../errors.ts'
import type { Operation, SqlValue, Step } from '../operation.ts'
import type { Pipeline, Sender } from './pipeline.ts'
import { type KeptRows, sendStep } from './run-operation.ts'
import { nameOf } from './statements.ts'

/** An operation that writes, and the only namespace whose rows it may see, where there is a wall between them. */
export interface Write {
  readonly operation: () => Operation<unknown>
  readonly namespace: string | undefined
}

export type Outcome = { ok: true; result: unknown } | { ok: false; error: unknown }

/** A write that broke its batch, and why. */
export class Broken extends Error {
  constructor(
    readonly index: number,
    override readonly cause: unknown,
  ) {
    super('a write broke its batch')
  }
}

type State = IteratorResult<Step, unknown>

/** An operation that has begun before its turn. */
interface Begun {
  readonly attempt: Operation<unknown>
  /** The agent that it has read, and in which namespace. */
  readonly agent: readonly SqlValue[]
  /** Gives how it goes on, once that is read. */
  readonly goOn: Promise<() => State>
}

/** A batch ends after this many milliseconds: other processes wait for the rows that it locks. */
const BATCH_MS = 10
/** At most so many operations read ahead. */
export const MOST_AHEAD = 16

/**
 * Runs operations one after the other, until it takes too long. What they write is not waited for: the pipeline fails if
 * it does. One that refuses before it has written harms no other.
 */
export async function runBatch(
  pipeline: Pipeline,
  writes: readonly Write[],
  outcomes: Outcome[],
  kept: KeptRows,
  readAhead: number,
): Promise<void> {
  const deadline = performance.now() + BATCH_MS
  const ahead = new ReadsAhead(pipeline, writes, kept, readAhead)
  for (const [index, { operation, namespace }] of writes.entries()) {
    if (index > 0 && performance.now() > deadline) break
    const sender: Sender = { index, namespace }
    let hasWritten = false
    try {
      const begun = ahead.take(index)
      const attempt = begun?.attempt ?? operation()
      let state = begun === undefined ? attempt.next() : (await begun.goOn)()
      while (!state.done) {
        const step = state.value
        const rows = await sendStep(pipeline, sender, step, true, kept)
        if (isWrite(step)) {
          hasWritten = true
          ahead.forget(step)
        }
        state = attempt.next(rows)
      }
      outcomes.push({ ok: true, result: state.value })
    } catch (error) {
      if (pipeline.failure !== undefined) throw error
      if (hasWritten || !(error instanceof StateStoreError)) throw new Broken(index, error)
      outcomes.push({ ok: false, error })
    }
  }
  ahead.stop()
}

/**
 * The agents that the operations of a batch begin with, read before it is their turn: one round trip for many. What an
 * operation before one has written meanwhile makes it begin again.
 */
class ReadsAhead {
  readonly #pipeline: Pipeline
  readonly #writes: readonly Write[]
  readonly #kept: KeptRows
  readonly #most: number
  /** By the place of their operation. */
  readonly #begun = new Map<number, Begun>()
  #next = 0

  constructor(pipeline: Pipeline, writes: readonly Write[], kept: KeptRows, most: number) {
    this.#pipeline = pipeline
    this.#writes = writes
    this.#kept = kept
    this.#most = most
  }

  /** The operation whose turn it is, if what it begins with was read. */
  take(index: number): Begun | undefined {
    if (this.#next - index <= this.#most / 2) this.#readTo(index + this.#most)
    const begun = this.#begun.get(index)
    this.#begun.delete(index)
    return begun
  }

  /** Nothing more is sent. */
  stop(): void {
    this.#begun.clear()
  }

  /** Lets those begin again that have read what a step has written. */
  forget({ statement, params }: Step): void {
    for (const [index, { agent }] of this.#begun) {
      const isOther = statement.leavesKept && !agent.every((part) => params.includes(part))
      if (!isOther) this.#begun.delete(index)
    }
  }

  #readTo(end: number): void {
    for (; this.#next < Math.min(end, this.#writes.length); this.#next++) this.#begin(this.#next)
  }

  // One that begins with something else, or refuses at once, begins when it is its turn.
  #begin(index: number): void {
    const { operation, namespace } = this.#writes[index] as Write
    const attempt = operation()
    const state = firstOf(attempt)
    if (state === undefined || !isOfAgent(state)) return
    const goOn = this.#read({ index, namespace }, attempt, state.value)
    // A failure is told when it is asked for, if ever.
    goOn.catch(() => {})
    this.#begun.set(index, { attempt, agent: state.value.params.slice(0, 2), goOn })
  }

  // Where there is no such agent, what comes next is read, too. Where there is one, the operation goes on when it is its
  // turn: to work out what to write takes time, in which the server would have nothing to do.
  async #read(sender: Sender, attempt: Operation<unknown>, step: Step): Promise<() => State> {
    const rows = await sendStep(this.#pipeline, sender, step, true, this.#kept)
    if (rows !== undefined || !this.#begun.has(sender.index)) return () => attempt.next(rows)
    const state = attempt.next(rows)
    return isOfAgent(state) ? this.#read(sender, attempt, state.value) : () => state
  }
}

function firstOf(attempt: Operation<unknown>): State | undefined {
  try {
    return attempt.next()
  } catch {
    return undefined
  }
}

function isOfAgent(state: State): state is IteratorYieldResult<Step> {
  return !state.done && state.value.statement.isOfAgent === true
}

function isWrite({ statement, rows }: Step): boolean {
  return rows !== 'keep' && nameOf(statement, true).writes
}
