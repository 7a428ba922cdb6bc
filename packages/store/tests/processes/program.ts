import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { bundlePrograms } from './bundle.ts'

let folder = ''

/** Makes the programs ready to run, for a whole file of tests. */
export function usePrograms(): void {
  beforeAll(async () => {
    folder = await bundlePrograms()
  })
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))
}

/** How a program ended. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** One of the programs beside this file, in a process of its own that talks in lines. Killed when the test has finished. */
export class Program {
  /** The lines that it has written so far. */
  readonly lines: string[] = []
  readonly #child: ChildProcess
  readonly #exit: Promise<Exit>
  #heard: (() => void)[] = []

  constructor(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [path.join(folder, `${name}.mjs`), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    })
    this.#child = child
    this.#exit = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
    // Lines that a dead process can no longer read are nobody's loss.
    child.stdin?.on('error', () => {})
    readline.createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.lines.push(line)
      for (const notice of this.#heard.splice(0)) notice()
    })
    onTestFinished(async () => {
      await this.kill()
    })
  }

  /** Waits for one more line, or the end. */
  async hears(): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => this.#heard.push(resolve)), this.#exit])
  }

  /** Waits for a line that begins like this. */
  async says(beginning: string): Promise<string> {
    let ended = false
    for (;;) {
      const line = this.lines.find((candidate) => candidate.startsWith(beginning))
      if (line !== undefined) return line
      if (ended)
        throw new Error(
          `the program ended without a word of ${JSON.stringify(beginning)}; it said ${JSON.stringify(this.lines)}`,
        )
      const heard = new Promise<void>((resolve) => this.#heard.push(resolve))
      await Promise.race([
        heard,
        this.#exit.then(() => {
          ended = true
        }),
      ])
    }
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  exits(): Promise<Exit> {
    return this.#exit
  }

  /** SIGKILL; resolves when the process is gone and all that it wrote has been heard. It may have ended before, by itself. */
  kill(): Promise<Exit> {
    this.#child.kill('SIGKILL')
    return this.#exit
  }
}
