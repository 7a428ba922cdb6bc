import path from 'node:path'
import { beforeAll, describe } from 'vitest'
import { type FaultResult, runOnFaults, testFaults } from '../../../sdk/tests/fault-controls.ts'
import { FAULTS } from './faults.ts'

let results: FaultResult[]

describe('control: a session on a store that', () => {
  beforeAll(async () => {
    results = await runOnFaults(path.join(import.meta.dirname, 'vitest.config.ts'))
  }, 180_000)

  testFaults(FAULTS, () => results)
})
