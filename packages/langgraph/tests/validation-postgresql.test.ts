import { POSTGRESQL } from '../../sdk/tests/backends.ts'
import { validateSavers } from './validation.ts'

validateSavers(POSTGRESQL)
