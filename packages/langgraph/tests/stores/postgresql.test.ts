import { POSTGRESQL } from '../savers.ts'
import { testStores } from './stores.ts'

testStores(POSTGRESQL)
