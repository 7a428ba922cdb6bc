import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { openStateStore } from '@descartes/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { fillWithRows } from './bulk-store.ts'
import { contentOf, fillStore } from './mixed-store.ts'
import { type Kind, places } from './places.ts'

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const BIN = path.resolve(import.meta.dirname, '../../src/bin.ts')

/** The command, as people run it. */
function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=dev-source', '--import', TSX, BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function run(...args: string[]) {
  return resultOf(start(...args))
}

async function resultOf(child: ChildProcess) {
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  const [stdout, stderr] = await Promise.all([text(child.stdout as never), text(child.stderr as never)])
  return { ...(await ended), stdout, stderr }
}

/** Kills the command at some moment after it has begun to copy. */
async function killAtWork(child: ChildProcess, afterMs: number) {
  child.stderr?.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs))
  return resultOf(child)
}

test.for<[Kind, Kind]>([
  ['SQLite', 'PostgreSQL'],
  ['PostgreSQL', 'SQLite'],
])(
  'the command that moves %s to %s is killed again and again, and nothing is lost',
  { timeout: 600_000 },
  async ([from, to], { expect }) => {
    const [source, target] = [await places[from](), await places[to]()]
    await fillStore(source)
    await fillWithRows(source, 3_000)
    const move = ['move', '--from', source, '--to', target, '--batch-rows', '3']
    let killed = 0
    for (let cycle = 0; cycle < 6; cycle++) {
      const { signal, code, stderr } = await killAtWork(start(...move), Math.random() * 60)
      expect(signal ?? code, stderr).toBe('SIGKILL')
      const opened = await openStateStore({ url: target }).catch((error) => error)
      if (opened.code === 'MOVE_UNFINISHED') killed++
    }
    // Else it has shown nothing.
    expect(killed).toBe(6)
    const { code, stdout, stderr } = await run(...move, '--json')
    expect(code, stderr + stdout).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ resumed: true })
    expect(await contentOf(target)).toEqual(await contentOf(source))
    const bulk = ['left', 'right']
    expect(await contentOf(target, bulk)).toEqual(await contentOf(source, bulk))
  },
)

test('the command says what it does, and what was moved', async () => {
  const [source, target] = [await places.SQLite(), await places.SQLite()]
  await fillStore(source)
  const { code, stdout, stderr } = await run('move', '--from', source, '--to', target)
  expect(code).toBe(0)
  expect(stderr).toMatch(/^copy agent_revisions: 0 of \d+\n/)
  expect(stderr).toMatch(/verify tasks: 8 of 8\n$/)
  expect(stdout).toMatch(
    /^Moved \d+ rows; the two databases are the same\.\n {2}agent_revisions +\d+ {2}sha256 [0-9a-f]{16}\n/,
  )
  const again = await run('move', '--from', source, '--to', target, '--json')
  expect(again).toMatchObject({ code: 1, stderr: '' })
  expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'MOVE_REFUSED' } })
})

test('the command tells wrong usage from a failed move, and helps', async () => {
  const help = await run('--help')
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toContain('descartes move --from URL --to URL')
  const wrong = [
    [],
    ['mve'],
    ['move', '--from', 'file:a.db'],
    ['move', '--form', 'x'],
    ['move', '--from', 'a', '--to', 'b', '--batch-rows', 'x'],
  ]
  for (const result of await Promise.all(wrong.map((args) => run(...args)))) {
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toContain('Try descartes --help')
  }
  const extra = await run('move', 'file:a.db', 'postgresql://me:secret@h/d')
  expect(extra.stderr).toContain('unexpected argument "file:a.db"')
  const url = await run('move', 'postgresql://me:secret@h/d')
  expect(url.stderr).toContain('unexpected argument "postgresql://***@h/d"')
  const failed = await run('move', '--from', 'file:/nowhere/a.db', '--to', 'file:/nowhere/b.db')
  expect(failed.code).toBe(1)
  expect(failed.stderr).toContain('CANNOT_OPEN')
})

test('the command that is interrupted ends in order, and goes on later', async () => {
  const [source, target] = [await places.SQLite(), await places.SQLite()]
  await fillWithRows(source, 3_000)
  const child = start('move', '--from', source, '--to', target, '--batch-rows', '3')
  child.stderr?.once('data', () => child.kill('SIGINT'))
  const { code, stderr } = await resultOf(child)
  expect(code).toBe(1)
  expect(stderr).toContain('INTERRUPTED')
  expect(await run('move', '--from', source, '--to', target)).toMatchObject({ code: 0 })
})
