import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// Prisma's native schema engine is a download; the stand-in runs the same engine from an npm package.
// Set PRISMA_NATIVE_ENGINE=1 to let Prisma fetch and use its own.
if (process.env.PRISMA_NATIVE_ENGINE !== '1') {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL('./tools/schema-engine.mjs', import.meta.url))
}

/** An FTS5 table and the shadow tables SQLite keeps behind it. */
const fts5 = (table: string) => [table, ...['config', 'data', 'docsize', 'idx'].map((part) => `${table}_${part}`)]

export default defineConfig({
  schema: 'prisma/sqlite',
  migrations: { path: 'prisma/sqlite/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'file:./.descartes/dev.db' },
  experimental: { externalTables: true },
  tables: { external: [...fts5('events_fts'), ...fts5('items_fts'), 'events_deleted_seq'] },
})
