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

/** Lets a program run until it prints this line, and kills it there and then; what it printed before. */
export async function killAt(child: ChildProcessWithoutNullStreams, line: string): Promise<string[]> {
  const closed = once(child, 'close')
  const complaint = text(child.stderr)
  const lines: string[] = []
  for await (const printed of createInterface(child.stdout))
    if (printed === line) child.kill('SIGKILL')
    else lines.push(printed)
  const [code, signal] = await closed
  if (signal !== 'SIGKILL') throw new Error(`the process ended with ${code} before ${line}: ${await complaint}`)
  return lines
}
