// The one door to every command: `node tools/run.mjs <command> [arguments]`, called by the npm scripts.
// It needs nothing but Node and npm; what a command needs beyond that is installed and built first.
import path from 'node:path'

const COMMANDS = /** @type {const} */ (['demo', 'test', 'studio', 'check', 'bench', 'build', 'format'])
const [wanted, ...args] = process.argv.slice(2)
const command = COMMANDS.find((name) => name === wanted)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (command === undefined) {
  console.error(`usage: node tools/run.mjs <${COMMANDS.join(' | ')}> [arguments]`)
  process.exit(2)
}
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Descartes StateStore needs Node 20.19 or newer; this is Node ${process.versions.node}.`)
  process.exit(1)
}

process.chdir(path.resolve(import.meta.dirname, '..'))
const { prepare } = await import('./run/prepare.mjs')
const { [command]: run } = await import('./run/commands.mjs')
process.exitCode = (await prepare(command)) ? await run(args) : 1
