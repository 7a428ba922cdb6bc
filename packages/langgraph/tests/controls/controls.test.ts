import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { FAULTS } from './faults.ts'
import { STORE_FAULTS } from './store-faults.ts'

interface Result {
  ancestorTitles: string[]
  title: string
  status: 'passed' | 'failed' | 'pending' | 'skipped' | 'todo'
}

const ROOT = path.resolve(import.meta.dirname, '../../../..')

let results: Result[]

/** Runs all tests on savers with faults. That they fail is what is wanted, so the exit code does not matter. */
async function runOnFaults(): Promise<Result[]> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'descartes-controls-'))
  try {
    const outputFile = path.join(folder, 'results.json')
    const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs')
    const config = path.join(import.meta.dirname, 'vitest.config.ts')
    const args = [vitest, 'run', '--root', ROOT, '--config', config, '--reporter=json', `--outputFile=${outputFile}`]
    await new Promise((resolve) => execFile(process.execPath, args, resolve))
    const { testResults } = JSON.parse(await fs.readFile(outputFile, 'utf8'))
    return testResults.flatMap((file: { assertionResults: Result[] }) => file.assertionResults)
  } finally {
    await fs.rm(folder, { recursive: true })
  }
}

describe('control: a saver, or a memory, on a store that', () => {
  // Some thousand tests, on a machine that may be busy.
  beforeAll(async () => {
    results = await runOnFaults()
  }, 300_000)

  test.each(Object.entries({ ...FAULTS, ...STORE_FAULTS }))('%s is caught', (name, { caughtBy }) => {
    const ofFault = results.filter(({ ancestorTitles }) => ancestorTitles[0] === name)
    const failed = ofFault.filter(({ status }) => status === 'failed').map(({ title }) => title)
    expect(failed).toEqual(expect.arrayContaining(caughtBy))
    expect(failed.length).toBeLessThan(ofFault.length)
  })

  test('is validated by all of the 726 tests: none is skipped', () => {
    const name = 'ignores the expected version'
    const validation = results.filter(
      ({ ancestorTitles }) => ancestorTitles[0] === name && ancestorTitles[1] === 'validation',
    )
    expect(validation).toHaveLength(718 + 8)
    expect(validation.filter(({ status }) => status !== 'passed' && status !== 'failed')).toEqual([])
  })
})
