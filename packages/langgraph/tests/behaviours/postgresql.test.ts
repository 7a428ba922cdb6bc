import { POSTGRESQL } from '../../../sdk/tests/backends.ts'
import { testBehaviours } from './behaviours.ts'

testBehaviours(POSTGRESQL)
