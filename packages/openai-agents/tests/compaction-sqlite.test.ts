import { SQLITE } from '../../sdk/tests/backends.ts'
import { testCompaction } from './compaction.ts'

testCompaction(SQLITE)
