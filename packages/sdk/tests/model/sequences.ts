import fc from 'fast-check'
import { checkFully } from './check-fully.ts'
import type { Command } from './command.ts'
import { Pin, RestorePin, Unpin } from './commands/pins.ts'
import { Delete, Prune, Purge, Reopen } from './commands/removals.ts'
import { Fork, Look, Restore } from './commands/returns.ts'
import { Change, Save, SetStatus, Work } from './commands/writes.ts'
import { Model } from './model.ts'
import type { Databases, Fault, Real } from './real.ts'

const MOST_COMMANDS = 30

/** How often each step comes. */
const steps = [
  ...times(3, Save.arbitrary),
  ...times(4, Work.arbitrary),
  ...times(3, Change.arbitrary),
  ...times(1, SetStatus.arbitrary),
  ...times(2, Restore.arbitrary),
  ...times(2, Look.arbitrary),
  ...times(3, Fork.arbitrary),
  ...times(2, Pin.arbitrary),
  ...times(1, RestorePin.arbitrary),
  ...times(1, Unpin.arbitrary),
  ...times(3, Prune.arbitrary),
  ...times(1, Delete.arbitrary),
  ...times(1, Purge.arbitrary),
  ...times(1, Reopen.arbitrary),
]

function times(count: number, step: fc.Arbitrary<Command>): fc.Arbitrary<Command>[] {
  return Array.from({ length: count }, () => step)
}

/** Any sequence of steps leaves the store as it leaves the model. */
export function followsTheModel(databases: Databases, fault?: Fault) {
  const sequences = fc.commands<Model, Real, false>(steps, {
    maxCommands: MOST_COMMANDS,
    size: 'max',
  })
  return fc.asyncProperty(sequences, async (sequence) => {
    const real = await databases.next(fault)
    const model = new Model(real.canReopen)
    await fc.asyncModelRun(() => ({ model, real }), sequence)
    await checkFully(model, real)
  })
}
