import { defineConfig } from 'vitest/config'

/** Tests lie beside what they test (`src/**`) or in a `tests` folder. */
const project = (name: string, folder: string) => ({
  extends: true as const,
  test: { name, include: [`${folder}/**/*.test.ts`] },
})

export default defineConfig({
  // Tests run on the source of our packages, never on a build that may be old.
  resolve: { conditions: ['dev-source'] },
  ssr: { resolve: { conditions: ['dev-source', 'node', 'module', 'import', 'default'] } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    exclude: ['**/node_modules/**', '**/dist/**', '**/generated/**'],
    projects: [
      project('store', 'packages/store'),
      project('sdk', 'packages/sdk'),
      project('demo', 'apps/demo'),
      project('bench', 'apps/bench'),
      project('docs', 'docs'),
      project('tools', 'tools'),
    ],
  },
})
