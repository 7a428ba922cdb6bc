import { POSTGRESQL } from '../../../sdk/tests/backends.ts'
import { testBehaviours } from './behaviours.ts'
import { testProcesses } from './processes.ts'

testBehaviours(POSTGRESQL)
testProcesses(POSTGRESQL)
