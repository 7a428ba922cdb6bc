// Brings the work tree to the point where a command can run: installed, generated, built.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { pnpm } from './child.mjs'
import { step } from './step.mjs'

const STAMP = 'node_modules/.installed-for'

const FIRST = { title: 'installing dependencies', note: ': one to three minutes the first time' }
const ADVICE =
  'Can npm reach its registry? Where better-sqlite3 must be compiled: are python3, make and a C++ compiler there?'

/** What the installed tree depends on: the pinned dependencies, and the Node that native addons are built for. */
function wanted() {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) hash.update(fs.readFileSync(file))
  return { dependencies: hash.digest('hex'), node: `${process.platform}-${process.arch}-${process.versions.modules}` }
}

function installed() {
  try {
    return JSON.parse(fs.readFileSync(STAMP, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * @param {string} command
 * @returns {Promise<boolean>} whether it can run now
 */
export async function prepare(command) {
  if (!(await install())) return false
  if (['format', 'changeset'].includes(command)) return true
  const needsBuild = !['studio', 'check'].includes(command) // a check builds by itself, as one of its lines
  if (!needsBuild) return step('bringing the generated client up to date', ...turbo('generate'))
  return step('bringing the generated client and the build up to date', ...turbo('generate', 'build'))
}

/**
 * The command that runs turbo, which finds pnpm where npx puts it.
 * @param {string[]} tasks
 */
export function turbo(...tasks) {
  return pnpm('exec', 'turbo', 'run', ...tasks, '--output-logs=errors-only')
}

async function install() {
  const [want, have] = [wanted(), installed()]
  if (have?.dependencies === want.dependencies && have.node === want.node) return true
  const what = have ? { title: 'bringing the installed packages up to date' } : FIRST
  const args = ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false']
  if (!(await step({ ...what, advice: ADVICE }, ...pnpm(...args)))) return false
  const otherNode = have && have.node !== want.node
  if (otherNode && !(await step('rebuilding native addons for this Node', ...pnpm('rebuild')))) return false
  fs.writeFileSync(STAMP, JSON.stringify(want))
  return true
}
