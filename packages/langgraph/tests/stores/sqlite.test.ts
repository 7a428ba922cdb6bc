import { SQLITE } from '../savers.ts'
import { testStores } from './stores.ts'

testStores(SQLITE)
