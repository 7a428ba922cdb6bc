import type { Limits } from '../limits.ts'
import type { OpenOptions } from '../open-state-store.ts'
import type { StateStore } from '../state-store.ts'

/** What a contract test may ask for when it opens a store. */
export interface ContractOpenOptions {
  namespace?: string
  limits?: Partial<Limits>
  schema?: OpenOptions['schema']
  schemaVersion?: number
  upcasters?: OpenOptions['upcasters']
}

/** How the contract suite gets at a backend. */
export interface ContractHarness {
  /** What the backend is called in the report. */
  readonly name: string
  /** Opens a store on the present database; called twice, it gives two stores on the same one. */
  open(options?: ContractOpenOptions): Promise<StateStore>
  /** Removes the database, after its stores were closed: the next `open` starts with an empty one. */
  cleanup(): Promise<void>
  /** The tests that this backend cannot pass, by name, each with the reason. They are reported as skipped. */
  readonly excluded?: Readonly<Record<string, string>>
}

/** What a contract test works with. All stores are closed after it. */
export interface ContractContext {
  /** A store on an empty database, in the namespace `default`. */
  readonly store: StateStore
  /** Opens another store on the same database. */
  readonly open: (options?: ContractOpenOptions) => Promise<StateStore>
}

/** The tests of one subject, by name; each rejects when the store does not keep the contract. */
export type ContractTests = Readonly<Record<string, (context: ContractContext) => Promise<void>>>

/** Runs one contract test on a database of its own. */
export async function runContractTest(
  harness: ContractHarness,
  test: (context: ContractContext) => Promise<void>,
): Promise<void> {
  const opened: StateStore[] = []
  const open = async (options?: ContractOpenOptions) => {
    const store = await harness.open(options)
    opened.push(store)
    return store
  }
  try {
    await test({ store: await open(), open })
  } finally {
    for (const store of opened) await store.close()
    await harness.cleanup()
  }
}
