import { POSTGRESQL } from '../../../sdk/tests/backends.ts'
import { testStores } from './stores.ts'

testStores(POSTGRESQL)
