import fs from 'node:fs'
import path from 'node:path'
import type { StateStore } from '@descartes/sdk'
import { type Engine, openEngine, query, RecentlyUsed, type SqlValue, statement } from '@descartes/store'
import { DEFAULT_LIMITS } from '../../src/limits.ts'
import { StoreHandle } from '../../src/store-handle.ts'
import type { State } from './states.ts'

/** A row of the history, without its data. */
export interface Row {
  agentId: string
  version: number
  kind: 'keyframe' | 'delta' | 'plain'
  baseAgentId: string | null
  baseVersion: number | null
  size: number
  /** The first bytes of the data, which tell how long the content is. */
  header: Buffer
  leadsBack: number
}

const ROWS = statement<Row>(
  `SELECT agent_id AS "agentId", version, kind, base_agent_id AS "baseAgentId", base_version AS "baseVersion", size, substr(data, 1, 8) AS header, reverse_delta IS NOT NULL AS "leadsBack"
   FROM agent_revisions WHERE namespace = ? ORDER BY agent_id, version`,
)
const INTEGRITY = statement<{ integrity_check: string }>('PRAGMA integrity_check')

/** A fault: what it replaces of a sound store. */
export type Fault = (real: Real) => Partial<StateStore<State>>

/** The store that is tested, and what can be seen of it below its surface. */
export class Real {
  store!: StateStore<State>
  /** The store without the fault, if one is planted. */
  sound!: StateStore<State>
  engine!: Engine

  constructor(
    readonly database: Database,
    readonly namespace: string,
    readonly fault: Fault | undefined,
  ) {
    this.#connect()
  }

  get canReopen(): boolean {
    return this.database.file !== undefined
  }

  async reopen(): Promise<void> {
    await this.store.close()
    await this.database.open()
    this.#connect()
  }

  /** The rows of all histories. */
  rows(): Promise<Row[]> {
    return this.sql(ROWS.sql, [this.namespace]) as Promise<Row[]>
  }

  /** What SQLite finds wrong with the file. */
  async damage(): Promise<string[]> {
    const found = await this.engine.read(() => query(INTEGRITY, []))
    return found.map((row) => row.integrity_check).filter((text) => text !== 'ok')
  }

  sql(text: string, params: SqlValue[] = []): Promise<unknown[]> {
    return this.engine.write(() => query(statement<unknown>(text), params))
  }

  #connect(): void {
    this.engine = this.database.engine
    const bound = {
      executor: this.engine,
      isInTransaction: false,
      namespace: this.namespace,
      limits: DEFAULT_LIMITS,
      remembered: new RecentlyUsed<never>(0),
    }
    const sound = new StoreHandle<State>(this.engine, { ...bound, schema: undefined, schemaVersion: 1, upcasters: {} })
    this.sound = sound
    this.store = sound
    if (this.fault === undefined) return
    const planted: Partial<StateStore<State>> = this.fault(this)
    this.store = new Proxy(sound, {
      get: (_, name) => {
        const owner = Object.hasOwn(planted, name) ? planted : sound
        const member: unknown = Reflect.get(owner, name)
        return typeof member === 'function' ? member.bind(owner) : member
      },
    })
  }
}

/** What happened in the sequences so far, and how often: a run that saw none of something has not tested it. */
export const seen = new Map<string, number>()

export function saw(what: string, times = 1): void {
  seen.set(what, (seen.get(what) ?? 0) + times)
}

/** A database that several sequences use, each in a namespace of its own. */
export class Database {
  engine!: Engine
  sequences = 0

  constructor(readonly file: string | undefined) {}

  async open(): Promise<void> {
    const url = this.file === undefined ? ':memory:' : `file:${this.file}`
    this.engine = await openEngine({ url, durability: 'normal' })
  }
}

/** As many sequences share a database: to open one costs as much as some of them, to check a full one more and more. */
const SEQUENCES_EACH = 8

/** Gives each sequence a namespace in a database: in memory, or in a file of this folder. */
export class Databases {
  #database: Database | undefined
  #count = 0

  constructor(readonly folder: string | undefined) {}

  async next(fault?: Fault): Promise<Real> {
    if (this.#database === undefined || this.#database.sequences === SEQUENCES_EACH) {
      await this.close()
      const file = this.folder === undefined ? undefined : path.join(this.folder, `${this.#count}.db`)
      this.#database = new Database(file)
      await this.#database.open()
    }
    this.#database.sequences++
    this.#count++
    return new Real(this.#database, `sequence-${this.#count}`, fault)
  }

  async close(): Promise<void> {
    await this.#database?.engine.close()
    const file = this.#database?.file
    if (file !== undefined) for (const end of ['', '-wal', '-shm']) fs.rmSync(`${file}${end}`, { force: true })
  }
}
