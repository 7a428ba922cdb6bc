import { type Durability, InvalidInputError, openEngine, RecentlyUsed } from '@descartes/store'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'
import { REMEMBERED_BYTES } from './encode-state.ts'
import * as fields from './fields.ts'
import type { StateValue } from './json-value.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { parse } from './parse.ts'
import { FIRST_VERSION, type Upcaster, type Upcasters } from './schema.ts'
import type { StateStore } from './state-store.ts'
import { StoreHandle } from './store-handle.ts'

export interface OpenOptions<S = StateValue> {
  /**
   * `file:./relative.db`, `file:///absolute/path.db` or `:memory:`: the folder must exist; the file is created. Or
   * `postgresql://user:password@host:5432/database`: the database must exist, and the package `pg` be installed. Several
   * hosts, `host1:5432,host2:5432`, are a primary and its standbys.
   */
  url: string
  /** The tenant that the handle is bound to: 1 to 128 of `A-Z a-z 0-9 . _ -`. Default `default`. */
  namespace?: string | undefined
  /**
   * `full` (default): a write resolves once it survives a power cut. `normal`: once it survives a crash of the process;
   * a power cut may take the last writes.
   */
  durability?: Durability | undefined
  /**
   * The most connections to open, default 10. SQLite opens at most two: a second one reads while a transaction is open.
   * On PostgreSQL, reads with `consistency: 'eventual'` open as many again to replicas.
   */
  maxConnections?: number | undefined
  /** How long a write waits for its turn behind transactions of this process, in ms. Default 30,000. */
  acquireTimeoutMs?: number | undefined
  /** How long a write waits for another process to let go of the database's lock, in ms. Default 5,000. */
  busyTimeoutMs?: number | undefined
  /** How much one call may carry. */
  limits?: { [K in keyof Limits]?: Limits[K] | undefined } | undefined
  /** What states must be: any Standard Schema (Zod, Valibot, ArkType, ...). Checked on save and on load. */
  schema?: StandardSchemaV1<S> | undefined
  /** The version of the shape that states have now. Stored with each; a newer one is refused. Default 1. */
  schemaVersion?: number | undefined
  /**
   * How to lift states of older shapes when they are loaded, revisions and snapshots too: by the version that each lifts
   * from, to the next one. A version without an upcaster is lifted as it is.
   */
  upcasters?: Upcasters | undefined
}

const limit = v.optional(fields.integer(1))
const TIMEOUT = fields.integer(0, 2 ** 31 - 1)

const OPTIONS = v.strictObject({
  url: v.unknown(),
  namespace: v.optional(fields.namespace, 'default'),
  durability: v.optional(fields.oneOf('full', 'normal')),
  maxConnections: v.optional(fields.integer(1, 1000)),
  acquireTimeoutMs: v.optional(TIMEOUT),
  busyTimeoutMs: v.optional(TIMEOUT),
  limits: v.optional(
    v.strictObject({
      stateBytes: limit,
      metadataBytes: limit,
      contentBytes: limit,
      pageSize: limit,
      eventsPerCall: limit,
    }),
    {},
  ),
  schema: v.optional(
    v.custom<StandardSchemaV1>(
      (value) => typeof (value as StandardSchemaV1 | null)?.['~standard']?.validate === 'function',
      'a Standard Schema',
    ),
  ),
  schemaVersion: v.optional(fields.integer(1, 2 ** 31 - 1)),
  upcasters: v.optional(
    v.record(
      v.custom<string>((key) => typeof key === 'string' && /^[1-9][0-9]{0,9}$/.test(key), 'a schema version'),
      v.custom<Upcaster>((value) => typeof value === 'function', 'a function'),
    ),
    {},
  ),
})

/**
 * Opens a store. The database is created when it is not there, and brought to the current schema.
 * @throws InvalidInputError, CannotOpenError, SchemaTooNewError, MigrationFailedError, StoreBusyError
 */
export async function openStateStore<S = StateValue>(options: OpenOptions<S>): Promise<StateStore<S>> {
  const { url, namespace, limits, schema, schemaVersion, upcasters, ...engineOptions } = parse(
    OPTIONS,
    'options',
    options,
  )
  if (schemaVersion === undefined && Object.keys(upcasters).length > 0)
    throw new InvalidInputError('schemaVersion', 'the version that the upcasters lift to', 'none')
  const engine = await openEngine({ url: url as string, ...engineOptions })
  return new StoreHandle<S>(engine, {
    executor: engine.within(namespace),
    isInTransaction: false,
    namespace,
    limits: withDefaults(limits),
    schema: schema as StandardSchemaV1<S> | undefined,
    schemaVersion: schemaVersion ?? FIRST_VERSION,
    upcasters,
    remembered: new RecentlyUsed(REMEMBERED_BYTES),
  })
}

function withDefaults(limits: NonNullable<OpenOptions['limits']>): Limits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined)
  return Object.freeze({ ...DEFAULT_LIMITS, ...Object.fromEntries(given) })
}
