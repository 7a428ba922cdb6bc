import { SQLITE } from '../../../sdk/tests/backends.ts'
import { testStores } from './stores.ts'

testStores(SQLITE)
