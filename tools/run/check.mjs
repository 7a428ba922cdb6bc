// Everything that must hold beside the tests. One line each; the output only of what fails.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { capture, pnpm, tool } from './child.mjs'
import { turbo } from './prepare.mjs'
import { check as line } from './step.mjs'

const PACKAGES = ['packages/store', 'packages/sdk', 'packages/langgraph', 'packages/openai-agents']

export async function check() {
  const node = process.execPath
  const results = [
    await line(
      'lint and format',
      () => problem(tool('biome'), ['check', '--error-on-warnings']),
      '`npm run format` mends the format',
    ),
    await line('no floating promises, no import circles', () =>
      problem(tool('oxlint'), ['--type-aware', '--deny-warnings', '-c', 'oxlint.json']),
    ),
    await line('types', () => problem(tool('tsc'), ['-p', '.'])),
    await line('build', () => problem(...turbo('build'))),
    ...(await packages()),
    await line('exactly one better-sqlite3', () => problem(node, ['tools/check-single-sqlite.mjs'])),
    await line("PostgreSQL's models", () => problem(node, ['tools/derive-postgresql.mjs', '--check'])),
    await line('embedded migrations', () => problem(node, ['tools/embed-migrations.mjs', '--check'])),
    await line('schema and migrations of SQLite', () => drift('sqlite')),
    await line('schema and migrations of PostgreSQL', () => drift('postgresql')),
  ]
  const failed = results.filter((ok) => !ok).length
  console.log(failed === 0 ? 'All checks hold.' : `${failed} of ${results.length} checks failed.`)
  return failed === 0 ? 0 : 1
}

/** @param {'sqlite' | 'postgresql'} database */
function drift(database) {
  const migrations = ['--from-migrations', `prisma/${database}/migrations`]
  const schema = ['--to-schema', `prisma/${database}`, '--exit-code', '--config', `prisma.${database}.config.ts`]
  return problem(tool('prisma'), ['migrate', 'diff', ...migrations, ...schema])
}

/** What would be published, seen as its users see it. */
async function packages() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-pack-'))
  const results = []
  try {
    for (const name of PACKAGES) {
      const archive = path.join(folder, `${path.basename(name)}.tgz`)
      results.push(await line(`${name} as published`, () => packed(name, archive)))
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
  return results
}

/**
 * @param {string} name the package's folder
 * @param {string} archive where to pack it
 */
async function packed(name, archive) {
  return (
    (await problem(...pnpm('--dir', name, 'pack', '--out', archive))) ??
    (await problem(tool('publint'), [archive, '--strict'])) ??
    // Our packages are ESM; `require` of an ES module is what Node itself offers since 20.19.
    (await problem(tool('attw'), [archive, '--profile', 'esm-only', '--no-emoji']))
  )
}

/**
 * What a program printed, if it failed.
 * @param {import('./child.mjs').Command} command
 */
async function problem(...command) {
  const { code, output } = await capture(...command)
  return code === 0 ? undefined : output.trim() || `${command[0]} ended with exit code ${code}`
}
