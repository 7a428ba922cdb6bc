import { SQLITE } from '../savers.ts'
import { testBehaviours } from './behaviours.ts'

testBehaviours(SQLITE)
