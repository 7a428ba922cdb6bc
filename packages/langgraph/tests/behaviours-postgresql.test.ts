import { testBehaviours } from './behaviours.ts'
import { POSTGRESQL } from './savers.ts'

testBehaviours(POSTGRESQL)
