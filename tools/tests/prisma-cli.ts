import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { root } from './temporary-folder.ts'

export type Database = 'sqlite' | 'postgresql'

/** Runs Prisma's real CLI, as `npm run check` does, for SQLite or for the kind of database that the url names. */
export function prisma(
  args: string[],
  databaseUrl?: string,
  database: Database = databaseUrl?.startsWith('postgresql:') ? 'postgresql' : 'sqlite',
): { code: number | null; output: string } {
  const cli = path.join(root, 'node_modules/prisma/build/index.js')
  const variable = database === 'sqlite' ? 'DATABASE_URL' : 'DATABASE_URL_POSTGRESQL'
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', ...(databaseUrl ? { [variable]: databaseUrl } : {}) }
  const child = spawnSync(process.execPath, [cli, ...args, '--config', `prisma.${database}.config.ts`], {
    cwd: root,
    env,
    encoding: 'utf8',
  })
  return { code: child.status, output: child.stdout + child.stderr }
}
