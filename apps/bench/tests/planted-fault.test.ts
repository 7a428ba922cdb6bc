import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createTemplate } from '../src/data/template.ts'
import { OPERATIONS } from '../src/operations/all.ts'
import type { Operation } from '../src/operations/operation.ts'
import { DataCheckError } from '../src/operations/reader.ts'
import { openDescartes, operationsOf } from '../src/subjects/descartes.ts'
import { openPrisma } from '../src/subjects/prisma.ts'
import { openRaw } from '../src/subjects/raw.ts'
import { type Awaitable, keepInFlight, type Operations, type Subject } from '../src/subjects/subject.ts'

const IN_FLIGHT = 4
let folder: string
const closing: Subject[] = []

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bench-test-'))
  await createTemplate(path.join(folder, 'template.db'))
})
afterEach(async () => {
  for (const subject of closing.splice(0)) await subject.close()
})
afterAll(() => fs.rm(folder, { recursive: true }))

async function open(opener: (file: string, durability: 'normal') => Promise<Subject>): Promise<Subject> {
  const file = path.join(folder, 'measured.db')
  await fs.rm(file, { force: true })
  await fs.copyFile(path.join(folder, 'template.db'), file)
  const subject = await opener(file, 'normal')
  closing.push(subject)
  return subject
}

async function measure(operation: Operation, subject: Subject): Promise<void> {
  const trial = operation.start(subject, IN_FLIGHT)
  try {
    for (const count of operation.kind === 'bulk' ? [1, 10] : [4, 20]) await trial?.round(count)
  } finally {
    trial?.end()
  }
}

type Call = (input: unknown) => Awaitable<unknown>

/** Our store, but every tenth call of the method goes wrong. */
async function openFaulty(file: string, { method, mode, kind }: Operation): Promise<Subject> {
  const store = await openStateStore({ url: pathToFileURL(file).href, durability: 'normal' })
  const operations = operationsOf(store)
  const healthy = operations[method] as Call
  let calls = 0
  let last: unknown
  const faulty: Call = async (input) => {
    const isTenth = ++calls % 10 === 0
    if (isTenth && mode === 'write') return writeAndLose(store, method, input)
    if (isTenth && kind === 'point') return last
    last = await healthy(input)
    return isTenth ? { items: (last as { items: unknown[] }).items.slice(1) } : last
  }
  return {
    name: 'faulty',
    path: file,
    operations: { ...operations, [method]: faulty },
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    close: () => store.close(),
  }
}

/** Answers as if it had written: it has, and rolled it back. */
async function writeAndLose(store: StateStore, method: keyof Operations, input: unknown): Promise<unknown> {
  const lost = new Error('rolled back')
  let answer: unknown
  const work = async (tx: StateStore) => {
    answer = await (operationsOf(tx)[method] as Call)(input)
    throw lost
  }
  await store.transact(work).catch((error: unknown) => {
    if (error !== lost) throw error
  })
  return answer
}

describe.each([
  ['Descartes', openDescartes],
  ['raw better-sqlite3', openRaw],
  ['the Prisma client', openPrisma],
])('%s', (_, opener) => {
  test.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
    'does what is measured: %s',
    async (_, operation) => {
      await measure(operation, await open(opener))
    },
  )
})

describe('a subject that gets every tenth call wrong is caught', () => {
  const writes = OPERATIONS.filter(({ mode }) => mode === 'write').map(
    (operation) => [operation.name, operation] as const,
  )
  test.each(writes)('%s, answered but not written', async (_, operation) => {
    const subject = await open((file) => openFaulty(file, operation))
    await expect(measure(operation, subject)).rejects.toThrow(DataCheckError)
  })

  const reads = OPERATIONS.filter(({ mode }) => mode === 'read').map(
    (operation) => [operation.name, operation] as const,
  )
  test.each(reads)('%s, answered with something else', async (_, operation) => {
    const subject = await open((file) => openFaulty(file, operation))
    await expect(measure(operation, subject)).rejects.toThrow(DataCheckError)
  })
})
