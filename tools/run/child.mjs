// Starts other programs, from the root of the repository.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
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
export function stream(...command) {
  return inForeground(started(command, 'inherit'))
}

/**
 * Runs a program in the foreground whose greeting is ours: what it prints up to a word of its own is kept, and shown only if
 * it ends before it.
 * @param {RegExp} ready what the program says when it is
 * @param {string} greeting what is said instead
 * @param {Command} command
 * @returns {Promise<number>} its exit code
 */
export async function streamFrom(ready, greeting, ...command) {
  let before = ''
  let isReady = false
  /** @param {string} text */
  const onOutput = (text) => {
    if (isReady) return void process.stdout.write(text)
    before += text
    if (!ready.test(before)) return
    isReady = true
    console.log(greeting)
  }
  const code = await inForeground(started(command, ['inherit', 'pipe', 'pipe'], onOutput))
  if (!isReady && code < 128) console.error(before.trim())
  return code
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
 * Ctrl+C reaches the program, too: it says what there is to say, and we end after it.
 * @param {Promise<{ code: number }>} running
 */
async function inForeground(running) {
  const leaveItToTheProgram = () => {}
  process.on('SIGINT', leaveItToTheProgram)
  const { code } = await running
  process.off('SIGINT', leaveItToTheProgram)
  return code
}

/**
 * @param {Command} command
 * @param {import('node:child_process').StdioOptions} stdio
 * @param {(text: string) => void} [onOutput]
 * @returns {Promise<{ code: number, output: string }>}
 */
function started([program, args], stdio, onOutput = () => {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { shell: onWindows, env: environment, stdio })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text
        onOutput(text)
      })
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }))
    child.on('close', (code, signal) => {
      if (signal) output += `ended by ${signal}\n`
      resolve({ code: code ?? (signal ? 128 + os.constants.signals[signal] : 1), output })
    })
  })
}
