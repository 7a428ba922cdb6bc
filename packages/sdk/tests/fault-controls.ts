import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Fault } from './faulty-store.ts'

/** Faults of a store by what it does then, each with the tests that must catch it. */
export type CaughtFaults = Readonly<Record<string, { fault: Fault; caughtBy: string[] }>>

export interface FaultResult {
  ancestorTitles: string[]
  title: string
  status: 'passed' | 'failed' | 'pending' | 'skipped' | 'todo'
}

const ROOT = path.resolve(import.meta.dirname, '../../..')

/** Runs the tests that a config of Vitest names. That they fail is what is wanted, so the exit code does not matter. */
export async function runOnFaults(config: string): Promise<FaultResult[]> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'descartes-controls-'))
  try {
    const outputFile = path.join(folder, 'results.json')
    const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs')
    const args = [vitest, 'run', '--root', ROOT, '--config', config, '--reporter=json', `--outputFile=${outputFile}`]
    await new Promise((resolve) => execFile(process.execPath, args, resolve))
    const { testResults } = JSON.parse(await fs.readFile(outputFile, 'utf8'))
    return testResults.flatMap((file: { assertionResults: FaultResult[] }) => file.assertionResults)
  } finally {
    await fs.rm(folder, { recursive: true })
  }
}

/** Each fault fails the tests that must catch it, and not all. */
export function testFaults(faults: CaughtFaults, results: () => FaultResult[]): void {
  test.each(Object.entries(faults))('%s is caught', (name, { caughtBy }) => {
    const ofFault = results().filter(({ ancestorTitles }) => ancestorTitles[0] === name)
    const failed = ofFault.filter(({ status }) => status === 'failed').map(({ title }) => title)
    expect(failed).toEqual(expect.arrayContaining(caughtBy))
    expect(failed.length).toBeLessThan(ofFault.length)
  })
}
