import { POSTGRESQL } from './savers.ts'
import { validateSavers } from './validation.ts'

validateSavers(POSTGRESQL)
