import { POSTGRESQL } from '../../../sdk/tests/backends.ts'
import { testCrashes } from './crashes.ts'
import { testRunner } from './runner.ts'

testCrashes(POSTGRESQL, { turns: ['write 3'], approved: ['write 2'] })
testRunner(POSTGRESQL)
