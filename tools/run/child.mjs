// Starts other programs, from the root of the repository.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const onWindows = process.platform === 'win32'
const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8'))

/** `pnpm@10.34.9`, as package.json pins it. */
const pinnedPnpm = manifest.packageManager.split('+')[0]

const environment = {
  ...process.env,
  // Nothing here calls home.
  CHECKPOINT_DISABLE: '1',
  DO_NOT_TRACK: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
}

/** @typedef {[program: string, args: string[]]} Command */

/**
 * Runs a program in the foreground: its output is ours.
 * @param {Command} command
 * @returns {Promise<number>} its exit code
 */
export async function stream(...command) {
  return (await started(command, 'inherit')).code
}

/**
 * Runs a program and keeps what it prints.
 * @param {Command} command
 */
export function capture(...command) {
  return started(command, ['ignore', 'pipe', 'pipe'])
}

/**
 * An executable of one of our dev dependencies.
 * @param {string} name
 */
export function tool(name) {
  return path.resolve('node_modules/.bin', onWindows ? `${name}.cmd` : name)
}

/**
 * The command that runs the pinned pnpm, whatever is installed on the machine.
 * @param {string[]} args
 * @returns {Command}
 */
export function pnpm(...args) {
  return ['npx', ['--yes', pinnedPnpm, ...args]]
}

/**
 * @param {Command} command
 * @param {import('node:child_process').StdioOptions} stdio
 * @returns {Promise<{ code: number, output: string }>}
 */
function started([program, args], stdio) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { shell: onWindows, env: environment, stdio })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }))
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}ended by ${signal}\n` : output }),
    )
  })
}
