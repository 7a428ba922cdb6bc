import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import readline from 'node:readline'

/** A process that holds servers for tests. */
export interface Holder<Said> {
  /** What it said when it was ready. */
  readonly said: Said
  /** Waits until a command is carried out. */
  tell(command: string): Promise<void>
  /** Ends it, which stops its servers and removes what they have written. */
  stop(): Promise<void>
}

/** Starts a program beside this file. Whatever ends this process ends it, too, because its standard input ends then. */
export async function startHolder<Said>(program: string, args: readonly string[]): Promise<Holder<Said>> {
  // A group of its own: Ctrl+C in the terminal is for the test run, which stops the server in its own time.
  const holder = spawn(process.execPath, [path.join(import.meta.dirname, program), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const answers = readline.createInterface({ input: holder.stdout })[Symbol.asyncIterator]()
  const answer = async () => {
    const { value } = await answers.next()
    const message = value === undefined ? { error: 'it ended without a word' } : JSON.parse(value)
    if (message.error !== undefined) throw new Error(`PostgreSQL for tests: ${message.error}`)
    return message
  }
  return {
    said: await answer(),
    async tell(command) {
      holder.stdin.write(`${command}\n`)
      await answer()
    },
    async stop() {
      if (holder.exitCode !== null || holder.signalCode !== null) return
      const exited = once(holder, 'exit')
      holder.stdin.end()
      await exited
    },
  }
}
