import path from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['dev-source'] },
  ssr: { resolve: { conditions: ['dev-source', 'node'] } },
  test: { globals: true, pool: 'forks', include: [path.join(import.meta.dirname, 'every-fault.ts')] },
})
