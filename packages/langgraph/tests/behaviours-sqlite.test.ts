import { testBehaviours } from './behaviours.ts'
import { SQLITE } from './savers.ts'

testBehaviours(SQLITE)
