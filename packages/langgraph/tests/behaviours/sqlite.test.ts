import { SQLITE } from '../../../sdk/tests/backends.ts'
import { testBehaviours } from './behaviours.ts'

testBehaviours(SQLITE)
