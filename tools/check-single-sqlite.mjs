// Two copies of SQLite in one process lose acknowledged writes: the file locks of one drop when the other
// closes the file. So the installed tree must hold exactly one better-sqlite3.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The real folders of every better-sqlite3 in an installed tree.
 * @param {string} store a `node_modules/.pnpm`
 */
export function findCopies(store) {
  const places = fs.readdirSync(store).map((name) => path.join(store, name, 'node_modules/better-sqlite3'))
  const found = places
    .filter((place) => fs.existsSync(path.join(place, 'package.json')))
    .map((place) => fs.realpathSync(place))
  return [...new Set(found)]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const copies = findCopies(process.argv[2] ?? path.resolve(import.meta.dirname, '../node_modules/.pnpm'))
  if (copies.length !== 1) {
    console.error(`Expected one better-sqlite3, found ${copies.length}:`)
    for (const copy of copies) console.error(`  ${copy}`)
    process.exit(1)
  }
}
