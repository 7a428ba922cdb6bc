import * as agents from './agents.ts'
import * as events from './events.ts'
import type { Operation } from './operation.ts'
import * as sessions from './sessions.ts'
import * as snapshots from './snapshots.ts'
import * as tasks from './tasks.ts'
import * as transitions from './transitions.ts'

/** Every operation of the contract that is measured, in the order of the report. */
export const OPERATIONS: readonly Operation[] = [
  agents.saveNew,
  agents.saveOver,
  agents.saveExpecting,
  agents.load,
  transitions.updateStatus,
  agents.remove,
  agents.list,
  transitions.recordTransition,
  transitions.history,
  snapshots.createSnapshot,
  snapshots.restoreSnapshot,
  events.saveOne,
  events.saveHundred,
  events.list,
  events.search,
  tasks.save,
  tasks.get,
  tasks.list,
  sessions.start,
  sessions.end,
  sessions.list,
]
