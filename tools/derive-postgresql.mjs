// Writes PostgreSQL's models: those of prisma/models, the one place where tables are described, with PostgreSQL's own
// types. With --check it writes nothing and fails when the two are out of step.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(import.meta.dirname, '..')
const source = 'prisma/models'
const target = 'prisma/postgresql/models'

/**
 * What only PostgreSQL has: the words that a row is found by are a column there, where SQLite has a table beside.
 * @param {string} column
 */
const words = (column) => [
  `  /// The words of the ${column}, as search compares them: the database computes them.`,
  `  words Unsupported("tsvector")? @default(dbgenerated("event_words(namespace, ${column})"))`,
]

/** @type {Record<string, string[]>} */
const FIELDS = { Event: words('content'), Item: words('text') }

/**
 * Lines of a model that are others there.
 * @param {string} table
 * @returns {[before: string, after: string][]}
 */
const linesOf = (table) => [
  // Numbers are given in turn within a namespace there, not over the whole database.
  ['  // No unique index, for those all start with the namespace; a lock keeps the numbers apart.', ''],
  ['  @@index([seq])', `  @@unique([namespace, seq])\n  @@index([words], type: Gin, map: "${table}_words_idx")`],
]

/** @typedef {{ name: string, text: string }} Model */

/**
 * @param {string} directory
 * @returns {Model[]}
 */
export function readModels(directory) {
  const names = fs.readdirSync(directory).filter((name) => name.endsWith('.prisma'))
  return names.sort().map((name) => ({ name, text: fs.readFileSync(path.join(directory, name), 'utf8') }))
}

/**
 * @param {Model[]} models
 * @returns {Model[]}
 */
export function derive(models) {
  const enums = new Map(models.flatMap(({ text }) => [...text.matchAll(ENUM)]).map((found) => [found[1], found[0]]))
  return models.map(({ name, text }) => {
    // An enum is text with a CHECK constraint, as it is text on SQLite: the same statements serve both databases, and
    // a value is added without a change of type.
    const tables = text.replaceAll(ENUM, '').trimEnd()
    const body = tables.replaceAll(MODEL, (model, table) => {
      const others = linesOf(/@@map\("(\w+)"\)/.exec(model)?.[1] ?? '')
      const lines = model.split('\n').flatMap((line) => deriveLine(line, enums, others))
      const at = lines.findIndex((line) => line === '' || line.startsWith('  @@') || line === '}')
      lines.splice(at, 0, ...(FIELDS[table] ?? []))
      return align(lines).join('\n')
    })
    return { name, text: `// Derived from ${source}/${name} by tools/derive-postgresql.mjs: do not edit.\n\n${body}\n` }
  })
}

const ENUM = /(?:^\/\/\/.*\n)*^enum (\w+) \{\n[^}]*\}\n*/gm
const MODEL = /^model (\w+) \{\n[\s\S]*?^\}$/gm
const FIELD = /^ {2}(\w+) +(\w+|Unsupported\("\w+"\))(\??)(?: +(.*))?$/

/**
 * @param {string} line
 * @param {ReadonlyMap<string | undefined, string>} enums
 * @param {[before: string, after: string][]} others
 * @returns {string[]}
 */
function deriveLine(line, enums, others) {
  const other = others.find(([before]) => line === before)
  if (other) return other[1] === '' ? [] : other[1].split('\n')
  const [, name, type = '', optional, attributes = ''] = FIELD.exec(line) ?? []
  if (name === undefined) return [line]
  if (enums.has(type)) {
    const values = [...(enums.get(type) ?? '').matchAll(/^ {2}(\w+)$/gm)].map(([, value]) => `"${value}"`)
    const withText = attributes.replace(/@default\((\w+)\)/, '@default("$1")')
    return [`  /// One of ${values.join(', ')}.`, `  ${name} String${optional} ${withText}`]
  }
  if (type !== 'DateTime') return [line]
  const withNow = attributes.replace(/@default\(dbgenerated\("strftime\(.*?\)"\)\)/, '@default(now())')
  return [`  ${name} DateTime${optional} ${withNow} @db.Timestamptz(3)`]
}

/**
 * Puts names, types and attributes below each other, as Prisma does.
 * @param {string[]} lines
 */
function align(lines) {
  const fields = lines.map((line) => FIELD.exec(line))
  const width = (/** @type {(field: RegExpExecArray) => string} */ part) =>
    Math.max(...fields.map((field) => (field === null ? 0 : part(field).length)))
  const names = width(([, name = '']) => name)
  const types = width(([, , type, optional]) => `${type}${optional}`)
  return lines.map((line, i) => {
    const field = fields[i]
    if (!field) return line
    const [, name = '', type, optional, attributes = ''] = field
    return `  ${name.padEnd(names)} ${`${type}${optional}`.padEnd(types)} ${attributes.replaceAll(/ +/g, ' ')}`.trimEnd()
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const models = derive(readModels(path.join(root, source)))
  const folder = path.join(root, target)
  if (!process.argv.includes('--check')) {
    fs.rmSync(folder, { recursive: true, force: true })
    fs.mkdirSync(folder, { recursive: true })
    for (const { name, text } of models) fs.writeFileSync(path.join(folder, name), text)
  } else if (!fs.existsSync(folder) || JSON.stringify(readModels(folder)) !== JSON.stringify(models)) {
    console.error(`${target} is out of step with ${source}: run \`node tools/derive-postgresql.mjs\`.`)
    process.exit(1)
  }
}
