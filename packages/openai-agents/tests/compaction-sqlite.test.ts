import { testCompaction } from './compaction.ts'
import { SQLITE } from './sessions.ts'

testCompaction(SQLITE)
