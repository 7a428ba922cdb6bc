import { SQLITE } from './savers.ts'
import { validateSavers } from './validation.ts'

validateSavers(SQLITE)
