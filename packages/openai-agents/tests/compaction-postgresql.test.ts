import { testCompaction } from './compaction.ts'
import { POSTGRESQL } from './sessions.ts'

testCompaction(POSTGRESQL)
