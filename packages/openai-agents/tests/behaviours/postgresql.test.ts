import { POSTGRESQL } from '../sessions.ts'
import { testBehaviours } from './behaviours.ts'
import { testProcesses } from './processes.ts'

testBehaviours(POSTGRESQL)
testProcesses(POSTGRESQL)
