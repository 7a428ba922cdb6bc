import { testStateStoreContract } from '@descartes/sdk/testing'
import { memoryHarness, sqliteHarness } from './sqlite-harness.ts'

testStateStoreContract(sqliteHarness)
testStateStoreContract(memoryHarness)
