import { DriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils'
import Database from 'better-sqlite3'
import { StateStoreError } from '../errors.ts'
import { isBusy } from '../sqlite/driver-errors.ts'

/** What Prisma must be told of an error, so that its own error codes (P2002 and the like) come out right. */
export function toDriverAdapterError(error: unknown): unknown {
  if (error instanceof StateStoreError || !(error instanceof Database.SqliteError)) return error
  return new DriverAdapterError({ originalCode: error.code, originalMessage: error.message, ...kindOf(error) })
}

function kindOf(error: InstanceType<typeof Database.SqliteError>): MappedError {
  const subject = error.message.slice(error.message.indexOf(': ') + 2)
  const fields = subject.split(', ').map((column) => column.slice(column.indexOf('.') + 1))
  switch (error.code) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
      return { kind: 'UniqueConstraintViolation', constraint: { fields } }
    case 'SQLITE_CONSTRAINT_NOTNULL':
      return { kind: 'NullConstraintViolation', constraint: { fields } }
    case 'SQLITE_CONSTRAINT_FOREIGNKEY':
      return { kind: 'ForeignKeyConstraintViolation', constraint: { foreignKey: {} } }
    default:
      if (isBusy(error)) return { kind: 'SocketTimeout' }
      if (error.message.startsWith('no such table: ')) return { kind: 'TableDoesNotExist', table: subject }
      if (error.message.startsWith('no such column: ')) return { kind: 'ColumnNotFound', column: subject }
      return { kind: 'sqlite', extendedCode: 1, message: `${error.message} (${error.code})` }
  }
}
