import { SQLITE } from '../../../sdk/tests/backends.ts'
import { testHosts } from './hosts.ts'

testHosts(SQLITE)
