import { SQLITE } from '../savers.ts'
import { testHosts } from './hosts.ts'

testHosts(SQLITE)
