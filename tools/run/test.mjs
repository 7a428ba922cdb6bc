// Runs the tests and closes with the plain line `N passed, N failed`, counted from vitest's own report.
import fs from 'node:fs'
import path from 'node:path'
import { stream, tool } from './child.mjs'

export const REPORT = path.resolve('node_modules/.cache/test-report.json')

/** @param {string[]} args files, names or options for vitest */
export async function test(args) {
  fs.rmSync(REPORT, { force: true })
  const reporters = ['--reporter=default', '--reporter=./tools/run/report.mjs']
  const code = await stream(tool('vitest'), ['run', ...reporters, ...args])
  const report = fs.existsSync(REPORT) ? JSON.parse(fs.readFileSync(REPORT, 'utf8')) : undefined
  const { passed, failed, skipped } = count(report, code)
  if (passed + failed + skipped === 0) console.error(`No test was found for: ${args.join(' ') || 'npm test'}`)
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed > 0 || passed === 0 ? 1 : code
}

/**
 * @typedef {{ status: string, assertionResults: { status: string }[] }} TestFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: TestFile[] }} Report
 *
 * @param {Report | undefined} report vitest's JSON report, if it got as far as writing one
 * @param {number} code vitest's exit code
 */
export function count(report, code) {
  const passed = report?.numPassedTests ?? 0
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
  // A file that can't be loaded fails without a failed test in it.
  const brokenFiles = (report?.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
  )
  const failed = (report?.numFailedTests ?? 0) + brokenFiles.length
  // An error outside of any test fails the run alone.
  return { passed, skipped, failed: failed === 0 && passed > 0 && code !== 0 ? 1 : failed }
}
