import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AgentSummary, openStateStore, type StateStore } from '@descartes/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conversation, trackedConversation } from '../src/data/conversation.ts'
import { agedAgents, requireVersion, saveVersions } from '../src/histories/aged-agent.ts'
import { openChanges, openWhole } from '../src/histories/descartes.ts'
import { bytesOnDisk, type Keeper, type KeeperKind } from '../src/histories/keeper.ts'
import { openLangGraph } from '../src/histories/langgraph.ts'
import { patched } from '../src/histories/patched.ts'
import { playHistory, requireKept } from '../src/histories/play-history.ts'
import { CHANGES, requireChanged, SizedAgent } from '../src/histories/sized-agent.ts'
import { DataCheckError } from '../src/operations/reader.ts'

const HISTORIES = [conversation(30), trackedConversation(30)]
const KEEPERS: KeeperKind[] = [
  { title: 'LangGraph', open: openLangGraph },
  { title: 'Descartes, whole', open: openWhole('normal') },
  { title: 'Descartes, changes', open: openChanges },
]

let folder: string
let files = 0
const newFile = () => path.join(folder, `${files++}.db`)

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bench-test-'))
})
afterAll(() => fs.rm(folder, { recursive: true }))

async function withStore(work: (store: StateStore) => Promise<void>): Promise<void> {
  await using store = await openStateStore({ url: pathToFileURL(newFile()).href, durability: 'normal' })
  await work(store)
}

describe.each(HISTORIES.map((history) => [history.title, history] as const))('%s', (_, history) => {
  test('is kept by everyone who is measured, and can be had back', async () => {
    const seats = KEEPERS.map((kind) => ({ kind, path: newFile() }))
    const played = await playHistory(history, seats, 0)
    for (const [i, seat] of seats.entries()) {
      await requireKept(history, seat)
      expect(played[i]?.bytes).toBe(bytesOnDisk(seat.path))
      expect(played[i]?.millis).toBeGreaterThan(0)
    }
  })

  test('is changed by its changes from one state to the next', () => {
    for (let turn = 2; turn <= history.turns; turn++) {
      const change = history.changeOf(turn)
      const patch =
        'patch' in change
          ? change.patch
          : change.items.map((value) => ({ op: 'add' as const, path: `${change.append}/-`, value }))
      expect(patched(history.stateAfter(turn - 1), patch)).toEqual(history.stateAfter(turn))
    }
  })

  test.each(KEEPERS)(
    'control: a state that $title has lost, or not taken whole, is noticed',
    async ({ title, open }) => {
      const faulty = (fault: (keeper: Keeper) => Keeper): KeeperKind => ({
        title,
        open: async (file) => fault(await open(file)),
      })
      const losing = faulty((keeper) => ({
        ...keeper,
        save: async (turn, state, change) => {
          if (turn !== 17) await keeper.save(turn, state, change)
        },
      }))
      const mistaking = faulty((keeper) => ({ ...keeper, read: (turn) => keeper.read(turn === 17 ? 18 : turn) }))
      for (const kind of [losing, mistaking]) {
        const seat = { kind, path: newFile() }
        const kept = playHistory(history, [seat], 0).then(() => requireKept(history, seat))
        await expect(kept).rejects.toThrow(DataCheckError)
      }
    },
  )
})

describe.each(agedAgents(20).map((agent) => [agent.title, agent] as const))('an agent with %s', (_, agent) => {
  test('has every version, and another one in its place is noticed', () =>
    withStore(async (store) => {
      await saveVersions(store, agent)
      for (let version = 1; version <= 20; version++)
        requireVersion(agent, version, await store.loadAgentState(agent.agentId, { version }))
      const third = await store.loadAgentState(agent.agentId, { version: 3 })
      expect(() => requireVersion(agent, 4, third && { ...third, version: 4 })).toThrow(DataCheckError)
      expect(() => requireVersion(agent, 4, null)).toThrow(DataCheckError)
    }))
})

describe.each(Object.keys(CHANGES))('%s', (title) => {
  const change = CHANGES[title] as (store: StateStore, agent: SizedAgent) => Promise<Pick<AgentSummary, 'version'>>

  test('is stored, and a change that is not is noticed', () =>
    withStore(async (store) => {
      const agent = new SizedAgent('changed', 2000)
      await agent.reset(store)
      for (let i = 0; i < 3; i++) agent.version = (await change(store, agent)).version
      await requireChanged(store, agent)

      const lost = new Error('rolled back')
      const losing = store.transact(async (tx) => {
        agent.version = (await change(tx, agent)).version
        throw lost
      })
      await expect(losing).rejects.toBe(lost)
      await expect(requireChanged(store, agent)).rejects.toThrow(DataCheckError)
    }))
})
