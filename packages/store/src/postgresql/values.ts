import type { CustomTypesConfig } from 'pg'

/** Object ids of the types that are not read as text (https://www.postgresql.org/docs/current/catalog-pg-type.html). */
const [BOOL, BYTEA, INT8, INT2, INT4, FLOAT8, NUMERIC, TIMESTAMPTZ] = [16, 17, 20, 21, 23, 701, 1700, 1184]

/** Reads values as SQLite gives them: numbers, bytes, and text for everything else, moments in the form that is stored there. */
export const READERS: CustomTypesConfig = {
  getTypeParser: ((oid: number) => {
    switch (oid) {
      case BOOL:
        return (text: string) => (text === 't' ? 1 : 0)
      case BYTEA:
        return (text: string) => Buffer.from(text.slice(2), 'hex')
      case INT2:
      case INT4:
      case INT8:
      case FLOAT8:
      case NUMERIC:
        return Number
      case TIMESTAMPTZ:
        return toStoredMoment
      default:
        return (text: string) => text
    }
  }) as CustomTypesConfig['getTypeParser'],
}

/** `2026-01-02 03:04:05.678+00`, as the server writes it in UTC, with `T`, milliseconds and `+00:00`. */
function toStoredMoment(text: string): string {
  const [, day, time, fraction = ''] = /^(\S+) ([\d:]+)(?:\.(\d+))?\+00$/.exec(text) ?? []
  return day === undefined ? text : `${day}T${time}.${fraction.padEnd(3, '0')}+00:00`
}

/** A column of what a statement gives, as the server describes it. */
export interface Field {
  readonly name: string
  readonly dataTypeID: number
}

/** Makes a row of what the server sent. */
export type RowReader = (texts: readonly (string | null)[]) => Record<string, unknown>

/** How the rows of a statement are read. */
export function rowReader(fields: readonly Field[]): RowReader {
  const names = fields.map(({ name }) => name)
  const parsers = fields.map(({ dataTypeID }) => READERS.getTypeParser(dataTypeID, 'text'))
  // V8 learns from a constructor how many columns its objects get: see the connection of SQLite.
  const Row = function Row() {} as unknown as new () => Record<string, unknown>
  Row.prototype = Object.prototype
  return (texts) => {
    const row = new Row()
    for (let i = 0; i < names.length; i++) {
      const text = texts[i] as string | null
      row[names[i] as string] = text === null ? null : (parsers[i] as (text: string) => unknown)(text)
    }
    return row
  }
}
