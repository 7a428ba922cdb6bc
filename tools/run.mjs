// The one door to every command: `node tools/run.mjs <command> [arguments]`, called by the npm scripts.
// It needs nothing but Node and npm; what a command needs beyond that is installed and built first.
import path from 'node:path'

/** What `--help` says; programs that have a help of their own give it. */
const HELP = {
  demo: undefined,
  example: undefined,
  test: "npm test [-- FILE ...]: runs all tests, or those of files whose path holds a word; takes vitest's options.",
  studio: 'npm run studio [-- --port 5555]: opens Prisma Studio on the database that the demo leaves behind.',
  check: 'npm run check: lint, format, types, packages, schema and migrations.',
  bench: undefined,
  build: 'npm run build: installs, generates the Prisma client and builds the packages.',
  changeset: undefined,
  format: 'npm run format: formats the source, and mends what the linter can mend.',
}
const [wanted, ...args] = process.argv.slice(2)
const command = /** @type {(keyof typeof HELP)[]} */ (Object.keys(HELP)).find((name) => name === wanted)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (command === undefined) {
  console.error(`usage: node tools/run.mjs <${Object.keys(HELP).join(' | ')}> [arguments]`)
  process.exit(2)
}
if (args.includes('--help') && HELP[command] !== undefined) {
  console.log(HELP[command])
  process.exit(0)
}
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Descartes StateStore needs Node 20.19 or newer; this is Node ${process.versions.node}.`)
  process.exit(1)
}

process.chdir(path.resolve(import.meta.dirname, '..'))
const { prepare } = await import('./run/prepare.mjs')
const { [command]: run } = await import('./run/commands.mjs')
process.exitCode = (await prepare(command)) ? await run(args) : 1
