// Installs what the race needs beside the workspace: Emmett, with its own copy of SQLite. Without it the race is run, too.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { pnpm } from './child.mjs'
import { step } from './step.mjs'

const FOLDER = 'apps/bench/peers'
const STAMP = `${FOLDER}/node_modules/.installed-for`

export async function installPeers() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}-${process.versions.modules}`)
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(fs.readFileSync(`${FOLDER}/${file}`))
  const wanted = hash.digest('hex')
  if (fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === wanted) return
  const title = 'installing Emmett, and node-sqlite3 for it, which may be compiled: up to two minutes the first time'
  const advice = 'The race goes on without Emmett, and says so.'
  if (await step({ title, advice }, ...pnpm('--dir', FOLDER, 'install', '--frozen-lockfile')))
    fs.writeFileSync(STAMP, wanted)
}
