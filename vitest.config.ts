import fs from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Every package of the workspace, a new one too. */
const packages = ['packages', 'apps', 'examples'].flatMap((parent) =>
  fs
    .readdirSync(path.join(import.meta.dirname, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`),
)

/** Tests lie beside what they test, or in a `tests` folder. */
const project = (folder: string) => ({
  extends: true as const,
  test: {
    name: folder,
    include: [`${folder}/**/*.test.ts`],
    // LangGraph's validation of checkpoint savers takes `describe` and `it` from there.
    globals: folder === 'packages/langgraph',
  },
})

export default defineConfig({
  // Tests run on the source of our packages, never on a build that may be old.
  resolve: { conditions: ['dev-source'] },
  ssr: { resolve: { conditions: ['dev-source', 'node'] } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs: a busy machine takes ten times as long as an idle one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // PostgreSQL, for the tests that ask for it.
    globalSetup: path.join(import.meta.dirname, 'packages/store/tests/postgresql/global-setup.ts'),
    exclude: ['**/node_modules/**', '**/dist/**', '**/generated/**'],
    projects: [...packages, 'docs', 'tools'].map(project),
  },
})
