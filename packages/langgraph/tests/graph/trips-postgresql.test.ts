import { POSTGRESQL } from '../savers.ts'
import { testTrips } from './trips.ts'

testTrips(POSTGRESQL)
