import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The last commit before there were revisions. */
const COMMIT = '7af5f392e89db668d05380ac38145187f418a987'
const ROOT = path.join(import.meta.dirname, '../../../..')
const FOLDER = path.join(ROOT, '.descartes/bench', `before-${COMMIT.slice(0, 7)}`)
const NEEDED = ['packages/store', 'packages/sdk', 'prisma', 'tools', 'package.json']

/**
 * Builds the packages as they were before there were revisions, from this clone's history and once only; returns the
 * folder. They take the packages that are installed here, so that one SQLite is loaded: undefined when the history lacks
 * the commit, as in a shallow clone.
 */
export async function buildBefore(): Promise<string | undefined> {
  if (await exists(path.join(FOLDER, 'packages/sdk/dist/index.js'))) return FOLDER
  const git = (...args: string[]) => run('git', args, { cwd: ROOT, maxBuffer: 2 ** 27, encoding: 'buffer' })
  try {
    await git('cat-file', '-e', `${COMMIT}^{commit}`)
  } catch {
    return undefined
  }
  await fs.rm(FOLDER, { recursive: true, force: true })
  await fs.mkdir(FOLDER, { recursive: true })
  const { stdout: names } = await git('ls-tree', '--name-only', COMMIT)
  const configs = names
    .toString()
    .split('\n')
    .filter((name) => /^(tsconfig|prisma).*\.(json|ts)$/.test(name))
  await git('archive', '--output', `${FOLDER}/archive.tar`, COMMIT, ...NEEDED, ...configs)
  await run('tar', ['-xf', 'archive.tar'], { cwd: FOLDER })
  await fs.rm(path.join(FOLDER, 'archive.tar'))
  await fs.symlink(path.join(ROOT, 'node_modules'), path.join(FOLDER, 'node_modules'))
  for (const name of ['store', 'sdk']) {
    const modules = `packages/${name}/node_modules`
    await fs.cp(path.join(ROOT, modules), path.join(FOLDER, modules), { recursive: true, verbatimSymlinks: true })
  }
  const script = (name: string, script: string) =>
    run('npm', ['run', script], { cwd: path.join(FOLDER, 'packages', name) })
  await script('store', 'generate')
  await script('store', 'build')
  await script('sdk', 'build')
  return FOLDER
}

async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  )
}
