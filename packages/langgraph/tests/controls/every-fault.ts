// Run by controls.test.ts, in a Vitest of its own: its tests fail.
import { describe } from 'vitest'
import { SQLITE } from '../../../sdk/tests/backends.ts'
import { testBehaviours } from '../behaviours/behaviours.ts'
import { testStores } from '../stores/stores.ts'
import { validateSavers } from '../validation.ts'
import { FAULTS } from './faults.ts'
import { STORE_FAULTS } from './store-faults.ts'

for (const [name, { fault }] of Object.entries(FAULTS)) {
  describe(name, () => {
    describe('validation', () => validateSavers(SQLITE, fault))
    describe('behaviours', () => testBehaviours(SQLITE, fault))
  })
}

for (const [name, { fault }] of Object.entries(STORE_FAULTS)) describe(name, () => testStores(SQLITE, fault))
