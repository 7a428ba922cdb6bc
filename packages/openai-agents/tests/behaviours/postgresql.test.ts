import { POSTGRESQL } from '../sessions.ts'
import { testBehaviours } from './behaviours.ts'

testBehaviours(POSTGRESQL)
