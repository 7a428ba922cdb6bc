import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// Prisma's native schema engine is a download; the stand-in runs the same engine from an npm package.
// Set PRISMA_NATIVE_ENGINE=1 to let Prisma fetch and use its own.
if (process.env.PRISMA_NATIVE_ENGINE !== '1') {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL('./tools/schema-engine.mjs', import.meta.url))
}

export default defineConfig({
  schema: 'prisma/postgresql',
  migrations: { path: 'prisma/postgresql/migrations' },
  // Without a server, the stand-in compares schemas in a PostgreSQL inside its own process.
  datasource: { url: process.env.DATABASE_URL_POSTGRESQL ?? 'postgresql://in-process.invalid/postgres' },
})
