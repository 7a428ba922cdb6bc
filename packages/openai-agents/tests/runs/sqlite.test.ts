import { SQLITE } from '../../../sdk/tests/backends.ts'
import { testCrashes } from './crashes.ts'
import { testRunner } from './runner.ts'

testCrashes(SQLITE, {
  turns: ['write 1', 'write 3', 'write 5'],
  approved: ['tool Oslo', 'write 2'],
})
testRunner(SQLITE)
