import type { ClientBase, Submittable } from 'pg'
import { FOREVER_MS, timeoutsOf } from './query-timeout.ts'
import { type NamedStatement, SET_NAMESPACE } from './statements.ts'
import { type Field, type RowReader, rowReader } from './values.ts'

/** What the driver's connection offers to whoever speaks the protocol on it. */
export interface Wire {
  readonly stream: { cork(): void; uncork(): void }
  readonly parsedStatements: Record<string, string>
  parse(message: { name: string; text: string }): void
  bind(message: { statement: string; values: readonly unknown[] }): void
  describe(message: { type: 'P'; name: string }): void
  execute(message: object): void
  flush(): void
  sync(): void
  on(event: 'parseComplete', listener: () => void): void
  off(event: 'parseComplete', listener: () => void): void
}

/** Who sends a statement. */
export interface Sender {
  /** Its place among others. */
  readonly index: number
  /** The only one whose rows it may see, if there is a wall between them. */
  readonly namespace: string | undefined
}

/** A statement that was sent, and what has come back of it. */
interface Sent {
  readonly name: string
  readonly sender: Sender
  reader: RowReader | undefined
  readonly rows: unknown[]
  readonly waiting: Waiting | undefined
}

interface Waiting {
  resolve(rows: unknown[]): void
  reject(error: unknown): void
}

/** How rows of what is prepared are read, for each connection; undefined where there are none. */
const readersOf = new WeakMap<Wire, Map<string, RowReader | undefined>>()

/** After so many statements, the server begins with them while more are made. */
const SENT_AT_ONCE = 32

/**
 * Statements on one connection, sent without waiting for what those before have given: the extended query protocol, with
 * one Sync at the end (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING). Whoever
 * needs rows waits for them; all else is answered for when the pipeline ends. Once a statement has failed, the server
 * passes over those after it. The driver takes the whole for one query, so how long the server may say nothing is
 * watched here, from answer to answer.
 */
export class Pipeline {
  /** Why it failed, and who had sent the statement that did; undefined if the answer is missing to all that was sent. */
  failure: { readonly error: unknown; readonly sender: Sender | undefined } | undefined
  readonly #sent: Sent[] = []
  /** Statements that the server has yet to say that it has prepared. */
  readonly #parsing: NamedStatement[] = []
  #wire: Wire | undefined
  #readers!: Map<string, RowReader | undefined>
  /** Statements that are still held back, and whether somebody waits for rows. */
  #held = 0
  #isAwaited = false
  #isSynced = false
  #namespace: string | undefined
  readonly #started: Promise<void>
  #start!: () => void
  readonly #ended: Promise<void>
  callback!: (error?: unknown) => void
  /** Keeps the driver's own timer from taking the whole for one statement that has no answer. */
  readonly query_timeout = FOREVER_MS
  readonly #silence: NodeJS.Timeout

  private constructor(silenceMs: number) {
    this.#silence = setTimeout(() => this.#onSilence(), silenceMs)
    this.#started = new Promise((resolve) => {
      this.#start = resolve
    })
    this.#ended = new Promise((resolve, reject) => {
      this.callback = (error) => (error === undefined ? resolve() : reject(error))
    })
    // Whoever ends it is told.
    this.#ended.catch(() => {})
  }

  /** Begins one on a connection that does nothing else until the pipeline has ended. */
  static async open(client: ClientBase): Promise<Pipeline> {
    const pipeline = new Pipeline(timeoutsOf(client).query_timeout)
    client.query(pipeline as unknown as Submittable)
    await Promise.race([pipeline.#started, pipeline.#ended])
    return pipeline
  }

  /** Sends a statement for its rows. */
  query(sender: Sender, statement: NamedStatement, values: readonly unknown[]): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      this.#send(sender, statement, values, { resolve, reject })
    })
  }

  /** Sends a statement for its effect alone. */
  execute(sender: Sender, statement: NamedStatement, values: readonly unknown[] = []): void {
    this.#send(sender, statement, values, undefined)
  }

  /** Sends nothing more; settles when the server is through with all of it. */
  end(): Promise<void> {
    this.#sync()
    return this.#ended
  }

  #send(sender: Sender, statement: NamedStatement, values: readonly unknown[], waiting: Waiting | undefined): void {
    const { namespace } = sender
    if (namespace !== undefined && namespace !== this.#namespace) {
      this.#namespace = namespace
      this.execute(sender, SET_NAMESPACE, [namespace])
    }
    const [wire, { name }] = [this.#wire as Wire, statement]
    if (this.failure !== undefined || this.#isSynced) {
      waiting?.reject(this.failure?.error ?? new Error('the pipeline has ended'))
      return
    }
    // What was sent ahead of it may have been delivered.
    if (waiting !== undefined) this.#isAwaited = true
    if (this.#held++ === 0) {
      wire.stream.cork()
      process.nextTick(() => this.#deliver())
    }
    if (wire.parsedStatements[name] === undefined && !this.#parsing.some((parsing) => parsing.name === name)) {
      wire.parse(statement)
      this.#parsing.push(statement)
    }
    wire.bind({ statement: name, values })
    if (!this.#readers.has(name)) wire.describe({ type: 'P', name: '' })
    wire.execute({})
    this.#sent.push({ name, sender, reader: this.#readers.get(name), rows: [], waiting })
    if (this.#held === SENT_AT_ONCE) this.#deliver()
  }

  #deliver(): void {
    if (this.#held === 0) return
    const wire = this.#wire as Wire
    if (this.#isAwaited && !this.#isSynced) wire.flush()
    this.#held = 0
    this.#isAwaited = false
    wire.stream.uncork()
    this.#silence.refresh()
  }

  #sync(): void {
    if (this.#isSynced) return
    this.#isSynced = true
    this.#wire?.sync()
    this.#deliver()
  }

  // While nothing was asked for, the server has nothing to say.
  #onSilence(): void {
    if (this.#sent.length > 0 || this.#isSynced) this.handleError(new Error('Query read timeout'))
    else this.#silence.refresh()
  }

  readonly #onParsed = () => {
    const { name, text } = this.#parsing.shift() as NamedStatement
    ;(this.#wire as Wire).parsedStatements[name] = text
  }

  // What follows is called by the driver.

  submit(wire: Wire): void {
    this.#wire = wire
    this.#readers = readersOf.get(wire) ?? new Map()
    readersOf.set(wire, this.#readers)
    wire.on('parseComplete', this.#onParsed)
    this.#start()
  }

  // After a failure, the server may still answer: when it was silent for too long, or before the connection is closed.
  handleRowDescription({ fields }: { fields: Field[] }): void {
    if (this.failure !== undefined) return
    const [sent] = this.#sent as [Sent]
    sent.reader = rowReader(fields)
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.failure !== undefined) return
    this.#silence.refresh()
    const [{ reader, rows }] = this.#sent as [Sent]
    rows.push((reader as RowReader)(fields))
  }

  handleCommandComplete(): void {
    if (this.failure !== undefined) return
    this.#silence.refresh()
    const { name, reader, rows, waiting } = this.#sent.shift() as Sent
    this.#readers.set(name, reader)
    waiting?.resolve(rows)
  }

  handleReadyForQuery(): void {
    clearTimeout(this.#silence)
    this.#wire?.off('parseComplete', this.#onParsed)
    this.callback()
  }

  handleError(error: unknown): void {
    clearTimeout(this.#silence)
    this.failure ??= { error, sender: this.#sent[0]?.sender }
    this.#wire?.off('parseComplete', this.#onParsed)
    this.#sync()
    for (const { waiting } of this.#sent.splice(0)) waiting?.reject(error)
    this.callback(error)
  }
}
