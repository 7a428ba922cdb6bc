// Opens Prisma Studio on the database that the demo leaves behind.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { stream, tool } from './child.mjs'

const DEMO_DATABASE = '.descartes/demo.db'

/** @param {string[]} args `--port N`, or nothing */
export async function studio(args) {
  const file = path.resolve(DEMO_DATABASE)
  if (!fs.existsSync(file)) {
    console.error(`There is no ${DEMO_DATABASE} yet: run \`npm run demo\` first, it writes one to look at.`)
    return 1
  }
  const port = (args.includes('--port') && args[args.indexOf('--port') + 1]) || '5555'
  console.log(`Prisma Studio on ${DEMO_DATABASE}: open http://localhost:${port} (Ctrl+C ends it)`)
  const config = ['--config', 'prisma.sqlite.config.ts', '--url', pathToFileURL(file).href]
  return stream(tool('prisma'), ['studio', ...config, '--browser', 'none', '--port', port])
}
