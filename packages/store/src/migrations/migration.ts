/** One migration of `prisma/sqlite/migrations` or `prisma/postgresql/migrations`, embedded in the package. */
export interface Migration {
  /** The folder's name: a UTC timestamp and what it adds, such as `20261123000000_agents`. */
  readonly name: string
  /** The first comment line of the script. */
  readonly description: string
  /** SHA-256 of the script, in hex, as Prisma records it. */
  readonly checksum: string
  readonly sql: string
}

/** A migration that has been applied to a database. */
export interface AppliedMigration {
  /** The timestamp that starts the name, such as `20261123000000`. */
  version: string
  name: string
  description: string
  appliedAt: Date
}
