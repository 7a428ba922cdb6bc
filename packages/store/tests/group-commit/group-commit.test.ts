import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { StateStoreError } from '../../src/errors.ts'
import { Writer } from '../../src/sqlite/writer.ts'
import { judge, judgeCounts } from './judge.ts'
import { plans } from './plan.ts'
import * as planted from './planted-faults.ts'
import { PlanRun, type WriterClass } from './run-plan.ts'

interface Options {
  judgement?: (run: PlanRun) => string[]
  look?: (run: PlanRun) => void
}

/** What group commit promises, whatever the clients do, whatever fails, and in whatever order things happen. */
function groupCommitHolds(writerClass: WriterClass, { judgement = judge, look }: Options = {}) {
  return fc.asyncProperty(fc.scheduler(), plans, async (scheduler, plan) => {
    const run = new PlanRun(scheduler, plan, writerClass)
    await run.run(plan.clients)
    look?.(run)
    const found = judgement(run)
    if (found.length > 0) throw new Error(found.join('\n'))
  })
}

describe('group commit', () => {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout', 'performance'] })
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
  })

  afterAll(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('acknowledges no write before its COMMIT, loses none, mixes none, in the order they came', async () => {
    await fc.assert(groupCommitHolds(Writer), { numRuns: 3_000 })
  })

  it('is tried in everything that it must withstand', async () => {
    const met = { replays: 0, busyRetries: 0, sharedBatches: 0, rolledBack: 0, timedOut: 0, unknown: 0, full: 0 }
    const look = ({ writer: { counts }, calls }: PlanRun) => {
      const rejectedWith = (code: string) =>
        calls.filter(({ error }) => (error as StateStoreError | undefined)?.code === code).length
      met.replays += counts.replays
      met.busyRetries += counts.busyRetries
      met.sharedBatches += counts.largestBatch > 1 ? 1 : 0
      met.rolledBack += counts.transactionsRolledBack
      met.timedOut += rejectedWith('STORE_BUSY')
      met.unknown += rejectedWith('COMMIT_UNKNOWN')
      met.full += rejectedWith('STORAGE_FULL')
    }
    await fc.assert(groupCommitHolds(Writer, { look }), { numRuns: 500 })
    expect(Object.entries(met).filter(([, times]) => times < 10)).toEqual([])
  })

  it('counts what it told its clients', async () => {
    await fc.assert(groupCommitHolds(Writer, { judgement: judgeCounts }), { numRuns: 500 })
  })

  it.each([
    ['acknowledges before COMMIT', planted.AcknowledgesBeforeCommit, /acknowledged/],
    ['forgets the others at a replay', planted.ForgetsTheOthersAtReplay, /acknowledged call \d+ left/],
    [
      'lets writes slip into open transactions',
      planted.SlipsIntoOpenTransactions,
      /ran while transaction \d+ was open|rejected for another's fault/,
    ],
    ['lets writes overtake', planted.LetsWritesOvertake, /committed out of order/],
    ['keeps what a failed job wrote', planted.KeepsHalves, /rejected call \d+ left|left a half/],
    ['leaves promises open', planted.LeavesPromisesOpen, /never settled/],
  ])('is really looked at: a writer that %s is caught', async (_name, writerClass, symptom) => {
    // One seed, because a fault may show itself in more than one way; the property itself draws a new one each time.
    const result = await fc.check(groupCommitHolds(writerClass), { numRuns: 3_000, seed: 20_261_123 })
    expect(String(result.errorInstance)).toMatch(symptom)
  })
})
