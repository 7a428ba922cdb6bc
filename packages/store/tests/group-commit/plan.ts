import fc from 'fast-check'
import type { BeginFault, CommitFault, Faults } from './faulty-connection.ts'

/** How a job goes: it succeeds, reads, fails before or after it wrote, or makes SQLite roll everything back by itself. */
export type JobKind =
  | 'succeeds'
  | 'reads'
  | 'refuses'
  | 'violates'
  | 'writes, then refuses'
  | 'writes, then violates'
  | 'rolls everything back'

/** What is done within a transaction: a job, or a savepoint with jobs of its own. */
export type Step = JobKind | { savepoint: readonly JobKind[]; keep: boolean }

export type Command = { kind: 'write'; job: JobKind } | { kind: 'transaction'; steps: readonly Step[]; keep: boolean }

/** What some clients do, each in its own order, and which faults they meet. */
export interface Plan {
  clients: readonly (readonly Command[])[]
  faults: Faults
}

const job: fc.Arbitrary<JobKind> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<JobKind>('succeeds') },
  {
    weight: 6,
    arbitrary: fc.constantFrom<JobKind>(
      'reads',
      'refuses',
      'violates',
      'writes, then refuses',
      'writes, then violates',
      'rolls everything back',
    ),
  },
)

const savepoint = fc.record({ savepoint: fc.array(job, { maxLength: 2 }), keep: fc.boolean() })

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), job }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('transaction' as const),
      steps: fc.array(fc.oneof(job, savepoint), { maxLength: 3 }),
      keep: fc.boolean(),
    }),
  },
)

const begins = fc.array(fc.constantFrom<BeginFault>('none', 'none', 'none', 'busy', 'busy', 'ioerr'), { maxLength: 8 })
const commits = fc.array(fc.constantFrom<CommitFault>('none', 'none', 'none', 'busy', 'full', 'lost', 'durable'), {
  maxLength: 6,
})

export const plans: fc.Arbitrary<Plan> = fc.record({
  clients: fc.array(fc.array(command, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
  faults: fc.record({ begins, commits }),
})
