#!/usr/bin/env node
// @ts-nocheck: it talks untyped JSON-RPC with an untyped module
// Stands in for Prisma's native `schema-engine`, which is a download: the same engine, compiled to
// WebAssembly and shipped as an npm package, behind the same JSON-RPC on stdio.
// prisma.sqlite.config.ts and prisma.postgresql.config.ts name it; set PRISMA_NATIVE_ENGINE=1 to use Prisma's own instead.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import readline from 'node:readline'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as wasm from '@prisma/schema-engine-wasm/schema_engine_bg'

const require = createRequire(import.meta.url)
const { command, datamodels, url } = readArguments(process.argv.slice(2))

if (command[0] === '--version') {
  console.log(`schema-engine-wasm ${require('@prisma/schema-engine-wasm/package.json').version}`)
  process.exit(0)
}
const isPostgresql = url
  ? /^postgres(ql)?:/.test(url)
  : datamodels.some(([, text]) => /^\s*provider\s*=\s*"postgresql"/m.test(text))
const { Connections, createDatabase, dropDatabase, findObstacle } = await import(
  isPostgresql ? './schema-engine-postgresql.mjs' : './schema-engine-sqlite.mjs'
)
if (command[0] === 'cli') {
  await runCliCommand(command[1])
  process.exit(0)
}

const connections = new Connections(url)
const factory = bindMigrationAwareSqlAdapterFactory(connections)
let panic
let engine

await loadWasm()
// The CLI ends us with SIGTERM; closing the database first leaves no journal behind.
process.on('SIGTERM', () => void connections.close().finally(() => process.exit(0)))
for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  if (request.method) await answer(request) // without: a reply to our own `print`
}
await connections.close()

function readArguments(argv) {
  const found = { command: [], datamodels: [], url: undefined }
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '--datamodels') found.datamodels.push([argv[++i], fs.readFileSync(argv[i], 'utf8')])
    else if (argv[i] === '--datasource') found.url = JSON.parse(argv[++i]).url
    else if (argv[i] === '--enabled-preview-features' || argv[i] === '--extension-types') i++
    else found.command.push(argv[i])
  }
  return found
}

/** `schema-engine cli can-connect-to-database | create-database | drop-database` */
async function runCliCommand(name) {
  if (name === 'create-database') await createDatabase(url)
  else if (name === 'drop-database') await dropDatabase(url)
  else if (name === 'can-connect-to-database') {
    const obstacle = await findObstacle(url)
    if (obstacle === undefined) return
    const log = (level, fields) =>
      JSON.stringify({ timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' })
    // The CLI drops the first line (the native engine's banner) and parses the rest.
    console.error(log('INFO', { message: 'Starting schema engine CLI' }))
    console.error(log('ERROR', { message: obstacle.message, error_code: obstacle.code, is_panic: false }))
    process.exit(1)
  }
}

async function loadWasm() {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => (panic = message) }
  const file = path.join(path.dirname(require.resolve('@prisma/schema-engine-wasm')), 'schema_engine_bg.wasm')
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(file), { './schema_engine_bg.js': wasm })
  wasm.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start?.()
}

async function answer({ id, method, params }) {
  try {
    const result = await call(method, Array.isArray(params) ? params[0] : params)
    send({ id, result })
  } catch (error) {
    const message = panic ?? withCause(String(error?.message ?? error))
    const data = { is_panic: false, message, error_code: error?.code, meta: error?.meta }
    send({ id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } })
  }
}

async function call(method, params) {
  if (method === 'createDatabase') return { databaseName: await createDatabase(url) }
  if (method === 'reset' && !isPostgresql) return reset()
  engine ??= await wasm.SchemaEngine.new(
    { datamodels: datamodels.length > 0 ? datamodels : undefined },
    () => {},
    factory,
  )
  switch (method) {
    case 'getDatabaseVersion':
      return engine.version(params ?? null)
    case 'diff': {
      const result = await engine.diff(params)
      // The native engine prints the script itself; the WebAssembly one only returns it.
      if (result?.stdout != null) send({ id: 1, method: 'print', params: { content: inParentheses(result.stdout) } })
      return result
    }
    case 'diagnoseMigrationHistory':
      return {
        ...(await engine.diagnoseMigrationHistory(params)),
        hasMigrationsTable: await connections.hasMigrationsTable(),
      }
    case 'applyMigrations': {
      const applied = await engine.applyMigrations(params)
      // What follows in the same run is judged against the history's schema, which only a diagnosis leaves in the engine.
      const { migrationsList, filters } = params
      await engine.diagnoseMigrationHistory({ migrationsList, filters, optInToShadowDatabase: true })
      return applied
    }
    case 'evaluateDataLoss':
      return evaluateDataLoss(params)
    case 'createMigration': {
      const migrationScript = (await scriptFor(params)) ?? (params.draft ? '-- This is an empty migration.' : null)
      return { ...(await engine.createMigration(params)), migrationScript }
    }
    default:
      if (typeof engine[method] !== 'function') throw new Error(`the schema engine has no method ${method}`)
      return (await engine[method](params)) ?? {}
  }
}

/** Of SQLite, the engine's own reset keeps tables, and dropping them would keep `sqlite_sequence`: a new file is clean. */
async function reset() {
  await connections.close()
  engine = undefined
  dropDatabase(url)
  createDatabase(url)
  return {}
}

/** What leads from the migrations to the schema, or null when nothing is to be done. */
async function scriptFor({ migrationsList, schema, filters }) {
  const from = { tag: 'migrations', ...migrationsList }
  const to = { tag: 'schemaDatamodel', configDir: process.cwd(), ...schema }
  const { exitCode, stdout } = await engine.diff({
    from,
    to,
    filters,
    script: true,
    shadowDatabaseUrl: null,
    exitCode: true,
  })
  return exitCode === 2 ? inParentheses(stdout) : null
}

/** SQLite wants a default that calls a function in parentheses, and reports it without: the engine writes it without. */
function inParentheses(script) {
  return script.replace(/ DEFAULT (strftime\('[^']*', 'now'\))/g, ' DEFAULT ($1)')
}

/** The engine's own answer, without what it sees only because it reads the shadow database without partial indexes. */
async function evaluateDataLoss(params) {
  const script = await scriptFor(params)
  if (script === null) return { migrationSteps: 0, warnings: [], unexecutableSteps: [] }
  const result = await engine.evaluateDataLoss(params)
  const isReal = ({ message }) =>
    script.includes('CREATE UNIQUE INDEX') || !message.startsWith('A unique constraint covering')
  return { ...result, warnings: result.warnings.filter(isReal) }
}

/** Puts the database's own words in the place of the engine's "External error id#1". */
function withCause(message) {
  return message.replace(/External error id#(\d+)/g, (unknown, id) => {
    const cause = factory.errorRegistry.consumeError(Number(id))?.error
    return cause ? String(cause.message ?? cause) : unknown
  })
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}
