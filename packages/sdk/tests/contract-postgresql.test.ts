import { testStateStoreContract } from '@descartes/sdk/testing'
import { postgresqlHarness } from './postgresql-harness.ts'

testStateStoreContract(postgresqlHarness())
