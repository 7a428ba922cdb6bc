import { SQLITE } from '../savers.ts'
import { testTrips } from './trips.ts'

testTrips(SQLITE)
