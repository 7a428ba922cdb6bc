import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { PLANTED_FAULTS } from './planted-faults.ts'
import { Databases } from './real.ts'
import { followsTheModel } from './sequences.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-model-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

describe('control: the sequences catch a store that', () => {
  test.each(Object.entries(PLANTED_FAULTS))('%s, and lead to it in a few steps', async (_, { fault, culprit }) => {
    const databases = new Databases(culprit === 'Reopen' ? folder : undefined)
    try {
      const { failed, counterexample } = await fc.check(followsTheModel(databases, fault), { numRuns: 500, seed: 1 })
      expect(failed).toBe(true)
      const steps = String(counterexample?.[0]).match(/[A-Z][A-Za-z]+\(\{/g) ?? []
      expect(steps.length, String(counterexample?.[0])).toBeLessThanOrEqual(6)
      expect(steps).toContain(`${culprit}({`)
    } finally {
      await databases.close()
    }
  })
})
