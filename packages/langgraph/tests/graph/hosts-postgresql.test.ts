import { POSTGRESQL } from '../savers.ts'
import { testHosts } from './hosts.ts'

testHosts(POSTGRESQL)
