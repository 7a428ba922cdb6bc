import type { StateStore } from '@descartes/sdk'
import type { ContractHarness } from '@descartes/sdk/testing'
import { sqliteHarness } from './sqlite-harness.ts'

/** The members that a fault replaces, made for a sound store. */
export type Fault = (sound: StateStore) => Partial<StateStore>

/** A store with a planted fault, and with it every handle that comes from it. */
export function plant(sound: StateStore, fault: Fault): StateStore {
  const withFault: Partial<StateStore> = {
    withNamespace: (namespace) => plant(sound.withNamespace(namespace), fault),
    withoutSchema: () => plant(sound.withoutSchema(), fault),
    transact: (fn) => sound.transact((tx) => fn(plant(tx, fault))),
    ...fault(sound),
  }
  return new Proxy(sound, {
    get(_, name) {
      const owner = Object.hasOwn(withFault, name) ? withFault : sound
      const member: unknown = Reflect.get(owner, name)
      return typeof member === 'function' ? member.bind(owner) : member
    },
  })
}

/** SQLite with a planted fault. */
export function faultyHarness(fault: Fault): ContractHarness {
  return { ...sqliteHarness, open: async (options) => plant(await sqliteHarness.open(options), fault) }
}

/** A backend that does nothing and says so to nobody: every call resolves with undefined. */
export const hollowHarness: ContractHarness = {
  name: 'a hollow store',
  open: async () => new Proxy({} as StateStore, { get: (_, name) => (name === 'then' ? undefined : async () => {}) }),
  cleanup: async () => {},
}
