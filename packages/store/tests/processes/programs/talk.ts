import fs from 'node:fs'
import readline from 'node:readline'

/** Writes a line, and returns only when it is on its way: it arrives even if this process is killed the next moment. */
export function say(line: string): void {
  fs.writeSync(1, `${line}\n`)
}

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** Waits for a line from the test; undefined when there will be none. */
export async function listen(): Promise<string | undefined> {
  const { value, done } = await lines.next()
  return done ? undefined : value
}
