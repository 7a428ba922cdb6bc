import { expect, test } from 'vitest'
import { count } from '../run/test.mjs'

const report = (
  passed: number,
  failed: number,
  files: { status: string; assertionResults: { status: string }[] }[] = [],
) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: files,
})

test('the closing line counts what ran', () => {
  expect(count(report(3, 0), 0)).toEqual({ passed: 3, failed: 0, skipped: 0 })
  expect(count(report(3, 2), 1)).toEqual({ passed: 3, failed: 2, skipped: 0 })
  expect(count({ ...report(3, 0), numPendingTests: 2, numTodoTests: 1 }, 0).skipped).toBe(3)
})

test('a file that cannot be loaded counts as failed', () => {
  expect(count(report(3, 0, [{ status: 'failed', assertionResults: [] }]), 1).failed).toBe(1)
  expect(count(report(3, 1, [{ status: 'failed', assertionResults: [{ status: 'failed' }] }]), 1).failed).toBe(1)
})

test('an error outside of any test counts as failed, and no report as no test', () => {
  expect(count(report(3, 0), 1).failed).toBe(1)
  expect(count(undefined, 1)).toEqual({ passed: 0, failed: 0, skipped: 0 })
})
