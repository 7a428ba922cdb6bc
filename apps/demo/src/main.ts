// Worker processes read the documents of a folder through one store; one of them is killed, and its successor goes on.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvalidInputError, openStateStore } from '@descartes/sdk'
import { coordinate, createTasks } from './coordinator.ts'
import { type Documents, readDocuments } from './documents.ts'
import type { Kill } from './kill.ts'
import { type Options, readOptions } from './options.ts'
import { startProgress } from './progress.ts'
import { commonWord } from './sections.ts'
import { showChecks } from './show/checks.ts'
import { showHistory } from './show/history.ts'
import { showKill } from './show/kill.ts'
import { showRestore } from './show/restore.ts'
import { showSearch } from './show/search.ts'
import { showSummary } from './show/summary.ts'
import { count, fit, oneLine, type Style, seconds, styleOf } from './style.ts'
import { UsageError } from './usage-error.ts'
import { verify } from './verify/verify.ts'
import { NAMESPACE, type WorkerState } from './worker-state.ts'

// `npm run demo | head` closes our output, and with it our work.
process.stdout.on('error', () => process.exit(1))

process.on('SIGINT', () => {
  console.error(`${process.stderr.isTTY ? '\n' : ''}Stopped before the end.`)
  process.exit(130)
})

try {
  const options = readOptions(process.argv.slice(2))
  process.exitCode = 'exitCode' in options ? options.exitCode : await demo(options)
} catch (error) {
  console.error(`error: ${(error as Error).message}`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

/** @returns the exit code: 0 only if the recount holds */
async function demo(options: Options): Promise<number> {
  const started = performance.now()
  const style = styleOf(process.stdout)
  const read = readDocuments(options.input)
  if (options.search !== undefined) await requireSearchable(options.search)
  const agents = Array.from({ length: options.workers }, (_, i) => `worker-${i + 1}`)
  const unfinished = newDatabase(options.database)
  process.on('exit', () => removeDatabase(unfinished))
  const kill = await work(options, style, read, pathToFileURL(unfinished).href, agents)
  removeDatabase(options.database)
  fs.renameSync(unfinished, options.database)

  // From here on the file alone is asked: no process that worked on it is open any more, and this one opens it anew.
  await using store = await openStateStore<WorkerState>({
    url: pathToFileURL(options.database).href,
    namespace: NAMESPACE,
  })
  showKill(style, kill)
  await showHistory(style, store, kill.agentId)
  const query = options.search ?? commonWord(read.documents.flatMap(({ sections }) => sections))
  if (query !== undefined) await showSearch(style, store, query)
  await showRestore(style, store, kill.agentId)
  await showSummary(style, store, agents)
  const { documents } = readDocuments(options.input)
  const holds = showChecks(style, await verify(store, { documents, agents, killed: kill.agentId }))

  const relative = path.relative(process.cwd(), options.database)
  const file = relative.startsWith('..') ? options.database : relative
  const verdict = holds ? style.green('All of it holds.') : style.red('The store and the files do not agree.')
  console.log(`\n${verdict} ${seconds(performance.now() - started)} in all. The database: ${file}`)
  return holds ? 0 : 1
}

/** Where the work is kept until it is done, so that nobody takes a half-finished database for a whole one. */
function newDatabase(file: string): string {
  const unfinished = `${file}.unfinished`
  try {
    if (!fs.existsSync(path.dirname(file))) fs.mkdirSync(path.dirname(file))
    removeDatabase(unfinished)
  } catch (error) {
    throw new UsageError(`cannot make a new database: ${(error as Error).message}`)
  }
  return unfinished
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(file + suffix, { force: true })
}

/** Makes the tasks and has the workers do them. */
async function work(
  { input }: Options,
  style: Style,
  { documents, skipped }: Documents,
  url: string,
  agents: string[],
): Promise<Kill> {
  const total = documents.reduce((sum, { sections }) => sum + sections.length, 0)
  console.log(style.bold('Descartes StateStore'))
  console.log(`${count(agents.length, 'worker')}, one process each. One of the processes will be killed.`)
  console.log(style.dim(`Input: ${oneLine(input.title)}\n`))
  for (const { path, reason } of skipped)
    console.log(style.dim(fit(`  left out: ${oneLine(path)}: ${reason}`, style.columns)))

  const done = (text: string) => console.log(`${style.green('✔')} ${text}`)
  await using store = await openStateStore<WorkerState>({ url, namespace: NAMESPACE })
  done(`a new database, ${count((await store.getMigrationHistory()).length, 'migration')} applied`)
  await createTasks(store, documents)
  done(`${count(documents.length, 'task')}, one for each document: ${count(total, 'section')} to read`)
  const progress = startProgress(style, agents, total)
  const started = performance.now()
  try {
    const kill = await coordinate({ store, url, root: input.root, documents, agents, progress })
    progress.stop()
    done(`all tasks done in ${seconds(performance.now() - started)}`)
    return kill
  } finally {
    progress.stop()
  }
}

/** What the store would not search for at the end is refused at once. */
async function requireSearchable(query: string): Promise<void> {
  await using store = await openStateStore({ url: ':memory:' })
  try {
    await store.searchEvents(query)
  } catch (error) {
    if (error instanceof InvalidInputError) throw new UsageError(`--search: ${error.message}`)
    throw error
  }
}
