// Writes the migrations below prisma into the package, so that an installed store migrates without Prisma's CLI.
// With --check it writes nothing and fails when the two are out of step.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(import.meta.dirname, '..')

/** Where the migrations of each kind of database lie, where they go, and what they are called there. */
export const EMBEDDINGS = [
  {
    source: 'prisma/sqlite/migrations',
    target: 'packages/store/src/migrations/embedded.ts',
    constant: 'SQLITE_MIGRATIONS',
  },
  {
    source: 'prisma/postgresql/migrations',
    target: 'packages/store/src/migrations/postgresql.ts',
    constant: 'POSTGRESQL_MIGRATIONS',
  },
]

/** @typedef {{ name: string, description: string, checksum: string, sql: string }} Migration */

/**
 * @param {string} directory
 * @returns {Migration[]} in the order in which they apply
 */
export function readMigrations(directory) {
  const names = fs.readdirSync(directory).filter((name) => fs.existsSync(path.join(directory, name, 'migration.sql')))
  return names.sort().map((name) => {
    const bytes = fs.readFileSync(path.join(directory, name, 'migration.sql'))
    const sql = bytes.toString('utf8')
    const description = /^-- (.+)\n/.exec(sql)?.[1]
    if (!description) throw new Error(`${name}/migration.sql must begin with a line that says what it does: -- ...`)
    // The checksum that Prisma keeps in _prisma_migrations.
    return { name, description, checksum: createHash('sha256').update(bytes).digest('hex'), sql }
  })
}

/**
 * @param {Migration[]} migrations
 * @param {{ source: string, constant: string }} [embedding] SQLite's, when it is left out
 */
export function render(migrations, { source, constant } = /** @type {*} */ (EMBEDDINGS[0])) {
  const entries = migrations.map(
    ({ name, description, checksum, sql }) => `  {
    name: ${quote(name)},
    description: ${quote(description)},
    checksum: ${quote(checksum)},
    sql: \`${sql.replaceAll(/[\\`]|\$\{/g, '\\$&')}\`,
  },
`,
  )
  return `// Generated from ${source} by tools/embed-migrations.mjs: do not edit.
import type { Migration } from './migration.ts'

export const ${constant}: readonly Migration[] = [
${entries.join('')}]
`
}

/** @param {string} text */
const quote = (text) => `'${text.replaceAll(/[\\']/g, '\\$&')}'`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const embedding of EMBEDDINGS) {
    const { source, target } = embedding
    const file = path.join(root, target)
    const text = render(readMigrations(path.join(root, source)), embedding)
    if (!process.argv.includes('--check')) fs.writeFileSync(file, text)
    else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
      console.error(`${target} is out of step with ${source}: run \`node tools/embed-migrations.mjs\`.`)
      process.exitCode = 1
    }
  }
}
