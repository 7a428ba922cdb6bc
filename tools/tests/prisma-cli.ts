import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { root } from './temporary-folder.ts'

/** Runs Prisma's real CLI, as `npm run check` does. */
export function prisma(args: string[], databaseUrl?: string): { code: number | null; output: string } {
  const cli = path.join(root, 'node_modules/prisma/build/index.js')
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) }
  const child = spawnSync(process.execPath, [cli, ...args, '--config', 'prisma.sqlite.config.ts'], {
    cwd: root,
    env,
    encoding: 'utf8',
  })
  return { code: child.status, output: child.stdout + child.stderr }
}
