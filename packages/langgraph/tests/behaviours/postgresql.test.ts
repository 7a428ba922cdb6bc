import { POSTGRESQL } from '../savers.ts'
import { testBehaviours } from './behaviours.ts'

testBehaviours(POSTGRESQL)
