import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs the demo as a process of its own, without a terminal. */
export function runDemo(args: string[], onOutput = (_stdout: string, _child: ChildProcess) => {}): Promise<Outcome> {
  const program = path.resolve(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, ['--conditions=dev-source', '--import', 'tsx', program, ...args], {
    cwd: path.resolve(import.meta.dirname, '..'),
    // Someone may want colours from every program: without a terminal, we still give none.
    env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const outcome: Outcome = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    outcome.stdout += chunk
    onOutput(outcome.stdout, child)
  })
  child.stderr.on('data', (chunk) => {
    outcome.stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ ...outcome, code }))
  })
}
