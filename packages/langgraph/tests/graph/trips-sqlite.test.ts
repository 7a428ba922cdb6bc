import { SQLITE } from '../../../sdk/tests/backends.ts'
import { testTrips } from './trips.ts'

testTrips(SQLITE)
