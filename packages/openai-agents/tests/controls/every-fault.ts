// Run by controls.test.ts, in a Vitest of its own: its tests fail.
import { describe } from 'vitest'
import { SQLITE } from '../../../sdk/tests/backends.ts'
import { testBehaviours } from '../behaviours/behaviours.ts'
import { FAULTS } from './faults.ts'

for (const [name, { fault }] of Object.entries(FAULTS)) describe(name, () => testBehaviours(SQLITE, fault))
