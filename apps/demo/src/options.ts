import fs from 'node:fs'
import path from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Input } from './documents.ts'
import { UsageError } from './usage-error.ts'

const REPOSITORY = path.resolve(import.meta.dirname, '../../..')

/** Where the person stands who typed the command: npm itself changes to the repository's root. */
const HERE = process.env.INIT_CWD ?? process.cwd()

export interface Options {
  input: Input
  /** The database's file. */
  database: string
  workers: number
  /** What to search for; undefined: the word that most headings hold. */
  search: string | undefined
}

/** Reads the command line. Undefined: commander has said all there is to say, with this exit code. */
export function readOptions(argv: readonly string[]): Options | { exitCode: number } {
  const command = new Command('npm run demo --')
    .description('Worker processes read the documents of a folder through one StateStore; one of them is killed.')
    .option(
      '--input <folder>',
      "read this folder's .md, .txt, .rst and .adoc files (default: this repository's docs/ and its *.md)",
    )
    .option('--workers <number>', 'worker processes, 1 to 16', parseWorkers, 3)
    .option('--db <file>', 'a new database file (default: .descartes/demo.db, made afresh)')
    .option('--search <words>', 'what to search for at the end (default: a word that many headings hold)')
    .allowExcessArguments(false)
    .showHelpAfterError('Show the options with: npm run demo -- --help')
    .exitOverride()
  try {
    command.parse(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2 }
    throw error
  }
  const given = command.opts<{ input?: string; workers: number; db?: string; search?: string }>()
  const input = given.input === undefined ? repositoryDocs() : folder(given.input)
  return { input, database: database(given.db), workers: given.workers, search: given.search }
}

function parseWorkers(value: string): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1 || number > 16)
    throw new InvalidArgumentError('Give a number from 1 to 16.')
  return number
}

function repositoryDocs(): Input {
  const includes = (file: string) => file.startsWith('docs/') || (!file.includes('/') && file.endsWith('.md'))
  return { root: REPOSITORY, title: 'docs/ and *.md of this repository', includes }
}

function folder(given: string): Input {
  const root = path.resolve(HERE, given)
  const stat = given === '' ? undefined : fs.statSync(root, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`--input: there is no folder ${JSON.stringify(given)}`)
  if (!stat.isDirectory())
    throw new UsageError(`--input: ${JSON.stringify(given)} is a file; give the folder that holds it`)
  return { root, title: given, includes: () => true }
}

// Only the demo's own file is ever overwritten.
function database(given: string | undefined): string {
  if (given === undefined) return path.join(REPOSITORY, '.descartes', 'demo.db')
  if (given.trim() === '') throw new UsageError('--db: give the name of a file')
  const file = path.resolve(HERE, given)
  if (fs.existsSync(file))
    throw new UsageError(
      `--db: ${JSON.stringify(given)} exists already; the demo writes a new file, so name another one`,
    )
  if (!fs.existsSync(path.dirname(file)))
    throw new UsageError(`--db: there is no folder ${JSON.stringify(path.dirname(file))}`)
  return file
}
