export { DescartesSaver, type DescartesSaverOptions } from './descartes-saver.ts'
export { ForkRefusedError, type Refused, ThreadDeletedError } from './errors.ts'
