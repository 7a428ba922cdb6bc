import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

/** Starts a program of these tests as a process of its own. */
export function start(script: string, ...args: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--conditions=dev-source', '--import', 'tsx', script, ...args])
}

/** What a program prints, once it has ended well. */
export async function finish(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [[code], printed, complaint] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  if (code !== 0) throw new Error(`the process ended with ${code}: ${complaint}`)
  return printed.trim()
}

/** Lets a program run until so many of the lines that it prints match, and kills it there and then; all its lines. */
export async function killAfter(
  child: ChildProcessWithoutNullStreams,
  count: number,
  pattern: RegExp,
): Promise<string[]> {
  const closed = once(child, 'close')
  const complaint = text(child.stderr)
  const lines: string[] = []
  for await (const printed of createInterface(child.stdout)) {
    lines.push(printed)
    if (lines.filter((line) => pattern.test(line)).length === count) child.kill('SIGKILL')
  }
  const [code, signal] = await closed
  if (signal !== 'SIGKILL') throw new Error(`the process ended with ${code}, after ${lines}: ${await complaint}`)
  return lines
}
