import fs from 'node:fs'
import readline from 'node:readline'

const PAUSE = new Int32Array(new SharedArrayBuffer(4))

/** Writes a line, and returns only when it is on its way: it arrives even if this process is killed the next moment. */
export function say(line: string): void {
  let rest = Buffer.from(`${line}\n`)
  while (rest.length > 0) rest = rest.subarray(write(rest))
}

/** As many bytes as the pipe takes; it takes none while it is full, until the test has read on. */
function write(bytes: Buffer): number {
  try {
    return fs.writeSync(1, bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    Atomics.wait(PAUSE, 0, 0, 1)
    return 0
  }
}

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** Waits for a line from the test; undefined when there will be none. */
export async function listen(): Promise<string | undefined> {
  const { value, done } = await lines.next()
  return done ? undefined : value
}
