import { parseArgs } from 'node:util'
import { addressOf, type MoveProgress, type MoveReport, StateStoreError } from '@descartes/store'
import { moveStore } from './move.ts'

const HELP = `descartes move --from URL --to URL [options]

Moves a store with all its namespaces into another database, and compares every row of the two. The source is only read.
After an end of any kind, the same command goes on where it was.

  --from URL       file:./state.db or postgresql://user@host/database
  --to URL         the same; a file is created when it is not there
  --force          empties the target first, whatever it holds
  --batch-rows N   the most rows of one commit, 1 to 10,000 (default 1,000)
  --json           prints the report, or the error, as one line of JSON, and no progress
  --help           prints this

Exit code: 0 when everything is moved and the same, 1 when it failed, 2 when the command was not understood.
`
const [DONE, FAILED, WRONG_USAGE] = [0, 1, 2]

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  force: { type: 'boolean', default: false },
  'batch-rows': { type: 'string', default: '1000' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

async function main(args: string[]): Promise<number> {
  let parsed: ReturnType<typeof read>
  try {
    parsed = read(args)
  } catch (error) {
    return refuse((error as Error).message)
  }
  const { values, positionals } = parsed
  if (values.help) {
    process.stdout.write(HELP)
    return DONE
  }
  const [command, extra] = positionals
  if (command === undefined) return refuse('a command is needed: move')
  if (command !== 'move') return refuse(`unknown command ${shown(command)}; there is: move`)
  if (extra !== undefined) return refuse(`unexpected argument ${shown(extra)}; urls are given with --from and --to`)
  const { from, to, force, json } = values
  if (from === undefined || to === undefined) return refuse('--from and --to are needed')
  const batchRows = Number(values['batch-rows'])
  if (!Number.isInteger(batchRows) || batchRows < 1 || batchRows > 10_000)
    return refuse('--batch-rows takes a number from 1 to 10,000')
  return move({ from, to, force, batchRows }, json)
}

function read(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true })
}

/** An argument may be an url with a password. */
function shown(argument: string): string {
  return JSON.stringify(addressOf(argument))
}

function refuse(reason: string): number {
  process.stderr.write(`descartes: ${reason}\nTry descartes --help.\n`)
  return WRONG_USAGE
}

async function move(options: { from: string; to: string; force: boolean; batchRows: number }, json: boolean) {
  const interrupted = new AbortController()
  // A second one ends the process, as ever.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort())
  const progress = json ? undefined : new Progress()
  try {
    const report = await moveStore({ ...options, signal: interrupted.signal, onProgress: (now) => progress?.show(now) })
    progress?.end()
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report))
    return DONE
  } catch (error) {
    progress?.end()
    const [code, message] = interrupted.signal.aborted
      ? ['INTERRUPTED', 'interrupted; the same command goes on from here']
      : [
          error instanceof StateStoreError ? error.code : 'FAILED',
          error instanceof Error ? error.message : String(error),
        ]
    if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`)
    else process.stderr.write(`descartes: ${code}: ${message}\n`)
    return FAILED
  }
}

function describe({ rows, resumed, tables }: MoveReport): string {
  const width = Math.max(...tables.map(({ table }) => table.length))
  const lines = tables.map(
    ({ table, rows: count, sha256 }) => `  ${table.padEnd(width)}  ${count}  sha256 ${sha256.slice(0, 16)}\n`,
  )
  return `Moved ${rows} rows${resumed ? ', going on where a move before had ended' : ''}; the two databases are the same.\n${lines.join('')}`
}

const EVERY_MS = 200

/** One line that is written over on a terminal; elsewhere a line for each table when it is begun and when it is done. */
class Progress {
  readonly #isTerminal = process.stderr.isTTY === true
  #last = ''
  #at = 0

  show({ phase, table, done, total }: MoveProgress): void {
    const [now, isDone] = [`${phase} ${table}`, done >= total]
    const isDue = this.#isTerminal && performance.now() - this.#at >= EVERY_MS
    if (now === this.#last && !isDone && !isDue) return
    this.#last = now
    this.#at = performance.now()
    const line = `${now}: ${done} of ${total}`
    process.stderr.write(this.#isTerminal ? `\r\x1b[K${line}` : `${line}\n`)
  }

  end(): void {
    if (this.#isTerminal) process.stderr.write('\r\x1b[K')
  }
}

process.exitCode = await main(process.argv.slice(2))
