import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStateStore } from '@descartes/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DataCheckError } from '../src/operations/reader.ts'
import { measureCell } from '../src/race/cell.ts'
import { requireSeeded, requireWork } from '../src/race/check.ts'
import { findEmmett } from '../src/race/emmett.ts'
import type { ContestantId, Entrant } from '../src/race/entrant.ts'
import { createTemplates, type Templates } from '../src/race/files.ts'
import { onOurTables } from '../src/race/on-our-tables.ts'
import { EVENTS, RACES, type RaceName } from '../src/race/operations.ts'
import { enterSqlite } from '../src/race/sqlite.ts'
import { openDescartes, operationsOf } from '../src/subjects/descartes.ts'
import type { Operations } from '../src/subjects/subject.ts'

const NAMES: ContestantId[] = ['descartes', 'descartes-saver', 'langgraph', 'prisma', 'kysely', 'raw']
const PACE = { rounds: 2, leastRounds: 2, roundMs: 1, cellMs: 100 }
let folder: string
let templates: Templates
let entrants: Entrant[]

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'race-test-'))
  templates = await createTemplates(folder, EVENTS)
  entrants = await enterSqlite(folder, templates, 'normal', ['append'])
})
afterAll(async () => {
  for (const entrant of entrants) await entrant.close()
  await fs.rm(folder, { recursive: true })
})

const races = (Object.keys(RACES) as RaceName[]).map((name) => [name] as const)

describe.each(NAMES)('%s', (name) => {
  const entrant = () => entrants.find((one) => one.name === name) as Entrant

  test('starts with the agents that all start with', () => requireSeeded(entrant()))

  test.each(races)('does what is raced for, if it can: %s', async (race) => {
    await requireWork(entrant(), RACES[race])
  })
})

const emmett = findEmmett()
test.skipIf('missing' in emmett)('Emmett appends (skipped where apps/bench/peers is not installed)', async () => {
  const entrant = entrants.find(({ name }) => name === 'emmett') as Entrant
  await requireWork(entrant, RACES.append)
})

test('everyone who can is timed, in microseconds for one call, and who cannot is left out', async () => {
  const { micros, missing } = await measureCell(entrants, RACES.list, 4, PACE)
  expect(Object.keys(micros)).toEqual(['descartes', 'prisma', 'kysely', 'raw'])
  expect(missing).toEqual({})
  for (const { low, median, high, rounds } of Object.values(micros)) {
    expect(rounds).toHaveLength(2)
    expect(low).toBeLessThanOrEqual(median)
    expect(median).toBeLessThanOrEqual(high)
    expect(low).toBeGreaterThan(0)
  }
})

test('a contestant that fails in the middle is named with its error, and the others are timed', async () => {
  const [healthy] = entrants as [Entrant]
  const refuse = () => Promise.reject(Object.assign(new Error('too many'), { code: 'TOO_MANY' }))
  const failing: Entrant = { ...healthy, name: 'kysely', operations: { loadAgentState: refuse } }
  const limited: Entrant = { ...healthy, name: 'prisma', refusal: () => 'takes no more than 3' }
  const { micros, missing } = await measureCell([healthy, failing, limited], RACES.load, 4, PACE)
  expect(Object.keys(micros)).toEqual(['descartes'])
  expect(missing).toEqual({ kysely: 'failed: TOO_MANY', prisma: 'takes no more than 3' })
})

describe('a contestant that cheats is refused before it is timed', () => {
  let files = 0

  async function cheating(cheat: (honest: Operations) => Partial<Operations>): Promise<Entrant> {
    const file = path.join(folder, `cheating-${files++}.db`)
    await fs.copyFile(templates.ours, file)
    const subject = await openDescartes(file, 'normal')
    return onOurTables('descartes', { ...subject, operations: cheat(subject.operations as Operations) })
  }

  async function requireRefused(race: RaceName, cheat: (honest: Operations) => Partial<Operations>): Promise<void> {
    const entrant = await cheating(cheat)
    try {
      await expect(requireWork(entrant, RACES[race])).rejects.toThrow(DataCheckError)
    } finally {
      await entrant.close()
    }
  }

  /** Calls it, but for every tenth time, when the answer is that of the call before. */
  function losing<I, R>(call: (input: I) => R | Promise<R>, lost: (last: R, input: I) => R) {
    let calls = 0
    let last: R
    return async (input: I) => {
      if (++calls % 10 === 0) return lost(last, input)
      last = await call(input)
      return last
    }
  }

  test.each(['save new', 'save over'] as const)('%s, and loses one', (race) =>
    requireRefused(race, ({ saveAgentState }) => ({
      saveAgentState: losing(saveAgentState, (last, { agentId }) => ({ ...last, agentId })),
    })),
  )

  test('append, and loses one', () =>
    requireRefused('append', ({ saveEvent }) => ({ saveEvent: losing(saveEvent, (last) => last) })))

  test('load, and gives the state of another agent', () =>
    requireRefused('load', ({ loadAgentState }) => ({
      loadAgentState: losing(loadAgentState, (last, agentId) => last && { ...last, agentId }),
    })))

  test('list, and leaves one out', () =>
    requireRefused('list', ({ listAgents }) => ({
      listAgents: async (limit) => ({ items: (await listAgents(limit)).items.slice(1) }),
    })))

  test('search, and gives an event that does not hold the words', () =>
    requireRefused('search', ({ searchEvents }) => ({
      searchEvents: async (input) => searchEvents({ ...input, query: 'w1' }),
    })))

  test.each(['save new', 'save over'] as const)('%s, and answers before it is stored', async (race) => {
    const file = path.join(folder, `early-${files++}.db`)
    await fs.copyFile(templates.ours, file)
    await using store = await openStateStore({ url: pathToFileURL(file).href, durability: 'normal' })
    const { saveAgentState, loadAgentState } = operationsOf(store)
    const writing: unknown[] = []
    const early: Operations['saveAgentState'] = async (input) => {
      const before = await loadAgentState(input.agentId)
      writing.push(saveAgentState(input))
      return { ...input, version: (before?.version ?? 0) + 1, updatedAt: new Date() }
    }
    const entrant = onOurTables('descartes', {
      ...(await openDescartes(file, 'normal')),
      operations: { saveAgentState: early },
      // All is stored when a round has ended: only one who looks at each answer sees it.
      async run(_mode, operation, inputs) {
        const results = await Promise.all(inputs.map(operation))
        await Promise.all(writing)
        return results
      },
    })
    try {
      await expect(RACES[race].start(entrant, 8)?.round(24)).resolves.toBeGreaterThan(0)
      await expect(requireWork(entrant, RACES[race])).rejects.toThrow(DataCheckError)
    } finally {
      await entrant.close()
    }
  })
})
