import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type FaultResult, runOnFaults, testFaults } from '../../../sdk/tests/fault-controls.ts'
import { FAULTS } from './faults.ts'
import { STORE_FAULTS } from './store-faults.ts'

let results: FaultResult[]

describe('control: a saver, or a memory, on a store that', () => {
  // Some thousand tests, on a machine that may be busy.
  beforeAll(async () => {
    results = await runOnFaults(path.join(import.meta.dirname, 'vitest.config.ts'))
  }, 300_000)

  testFaults({ ...FAULTS, ...STORE_FAULTS }, () => results)

  test('is validated by all of the 726 tests: none is skipped', () => {
    const name = 'ignores the expected version'
    const validation = results.filter(
      ({ ancestorTitles }) => ancestorTitles[0] === name && ancestorTitles[1] === 'validation',
    )
    expect(validation).toHaveLength(718 + 8)
    expect(validation.filter(({ status }) => status !== 'passed' && status !== 'failed')).toEqual([])
  })
})
