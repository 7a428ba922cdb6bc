import { SQLITE } from '../sessions.ts'
import { testBehaviours } from './behaviours.ts'

testBehaviours(SQLITE)
