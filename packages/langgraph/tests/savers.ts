import { DescartesSaver, type DescartesSaverOptions } from '@descartes/langgraph'
import { openStateStore, type StateStore } from '@descartes/sdk'
import type { Backend } from '../../sdk/tests/backends.ts'
import { type Fault, plant } from '../../sdk/tests/faulty-store.ts'

/** A database for the tests of a file; each saver has a namespace of its own there. */
export class Savers {
  readonly #database: ReturnType<Backend['create']>
  readonly #store: Promise<StateStore>
  #count = 0

  /** The store is a sound one, but for a fault, if one is planted. */
  constructor(backend: Backend, fault: Fault = () => ({})) {
    this.#database = backend.create()
    this.#store = this.#database.then(async ({ url }) =>
      plant(await openStateStore({ url, durability: 'normal' }), fault),
    )
  }

  /** A handle on a namespace that no saver has yet, and how another process finds it. */
  async place(): Promise<{ store: StateStore; url: string; namespace: string }> {
    this.#count += 1
    const namespace = `langgraph-${this.#count}`
    return { store: (await this.#store).withNamespace(namespace), url: (await this.#database).url, namespace }
  }

  async saver(options?: DescartesSaverOptions): Promise<DescartesSaver> {
    const { store } = await this.place()
    return new DescartesSaver(store, options)
  }

  async close(): Promise<void> {
    await (await this.#store).close()
    await (await this.#database).drop()
  }
}
