import { POSTGRESQL } from '../../sdk/tests/backends.ts'
import { testCompaction } from './compaction.ts'

testCompaction(POSTGRESQL)
