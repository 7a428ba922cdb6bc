// Run by controls.test.ts, in a Vitest of its own: its tests fail.
import { describe } from 'vitest'
import { testBehaviours } from '../behaviours/behaviours.ts'
import { SQLITE } from '../sessions.ts'
import { FAULTS } from './faults.ts'

for (const [name, { fault }] of Object.entries(FAULTS)) describe(name, () => testBehaviours(SQLITE, fault))
