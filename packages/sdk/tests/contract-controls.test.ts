import type { StateStore } from '@descartes/sdk'
import { CONTRACT, type ContractHarness, type ContractOpenOptions, runContractTest } from '@descartes/sdk/testing'
import { describe, expect, test } from 'vitest'
import { type Fault, faultyHarness, hollowHarness } from './faulty-store.ts'
import { HISTORY_FAULTS } from './history-faults.ts'
import { ITEM_FAULTS } from './item-faults.ts'
import { REMOVAL_FAULTS } from './removal-faults.ts'
import { sqliteHarness } from './sqlite-harness.ts'

const TESTS = Object.assign({}, ...Object.values(CONTRACT)) as (typeof CONTRACT)[string]

/** Serves every page but the first with an item too many, or one too few. */
const pagesOff =
  (change: (items: unknown[], last: unknown) => unknown[]): Fault =>
  (sound) => {
    let last: unknown
    return {
      getEvents: async (sessionId, page) => {
        const { items, nextCursor } = await sound.getEvents(sessionId, page)
        const changed = page?.cursor === undefined ? items : change(items, last)
        last = items.at(-1)
        return { items: changed as typeof items, nextCursor }
      },
    }
  }

function bound(owner: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(owner, name)
  return typeof member === 'function' ? member.bind(owner) : member
}

/** Planted faults, and tests of the contract that must catch each. */
const FAULTS: [string, Fault, string[]][] = [
  [
    'ignores the expected version',
    (sound) => ({ saveAgentState: (input, { revive } = {}) => sound.saveAgentState(input, { revive }) }),
    [
      'a save over another version than expected is refused with both, and stores nothing',
      'of saves that race for one version exactly one wins',
      'a counter raised by compare-and-set from many places loses no step',
    ],
  ],
  [
    'gives states back as JSON has them',
    (sound) => ({
      loadAgentState: async (agentId, options) => {
        const agent = await sound.loadAgentState(agentId, options)
        const asJson = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)
        return agent && { ...agent, state: JSON.parse(JSON.stringify(agent.state, asJson)) }
      },
    }),
    [
      'a state of any kind comes back the same, from a save, a load and a snapshot',
      'every version of a state comes back the same, of whatever kinds they are in turn',
    ],
  ],
  [
    'lets late saves bring deleted agents back',
    (sound) => ({ saveAgentState: (input, options) => sound.saveAgentState(input, { ...options, revive: true }) }),
    ['a late save of a deleted agent is refused, expected version or not'],
  ],
  [
    'forgets the namespace',
    (sound) => ({ withNamespace: () => sound }),
    [
      'nothing of a namespace is read from another',
      'the same ids in two namespaces are two things',
      'a cursor of one namespace is refused in another',
    ],
  ],
  [
    'updates the status without a transition',
    (sound) => ({
      updateAgentStatus: async (agentId, status) => {
        const agent = await sound.loadAgentState(agentId)
        return sound.saveAgentState({ agentId, name: agent?.name ?? '?', state: agent?.state ?? null, status })
      },
    }),
    ['a new status puts the version up and is recorded with its reason'],
  ],
  [
    'shows histories oldest first',
    (sound) => ({
      getStateHistory: async (agentId, page) => {
        const { items, nextCursor } = await sound.getStateHistory(agentId, page)
        return { items: items.toReversed(), nextCursor }
      },
    }),
    ['a history is newest first, exact even within one millisecond'],
  ],
  [
    'drops one event of many',
    (sound) => ({
      saveEvents: async (inputs) => {
        const saved = await sound.saveEvents(inputs.length > 1 ? inputs.slice(0, -1) : inputs)
        return [...saved, ...saved.slice(0, inputs.length - saved.length)]
      },
    }),
    ['saveEvents stores all of many', 'saveEvents gives the events back in the order they were given'],
  ],
  [
    'saves the events of one call each by itself',
    (sound) => ({
      saveEvents: async (inputs) => {
        const saved = []
        for (const input of inputs) saved.push(await sound.saveEvent(input))
        return saved
      },
    }),
    ['saveEvents stores none when one is refused'],
  ],
  [
    'repeats an item across pages',
    pagesOff((items, last) => [last, ...items]),
    ['every list goes to its end in pages, each item once, in the order of the whole'],
  ],
  [
    'skips an item between pages',
    pagesOff((items) => (items.length > 1 ? items.slice(1) : items)),
    ['every list goes to its end in pages, each item once, in the order of the whole'],
  ],
  [
    'takes no consistency',
    (sound) => ({ getTask: (taskId) => sound.getTask(taskId) }),
    ['a consistency that there is not is refused by every read'],
  ],
  [
    'is behind in a transaction',
    (sound) => ({
      transact: (fn) =>
        sound.transact((tx) => {
          const getTask: StateStore['getTask'] = async (taskId, options) =>
            options?.consistency === 'eventual' ? null : tx.getTask(taskId)
          return fn(new Proxy(tx, { get: (_, name) => (name === 'getTask' ? getTask : bound(tx, name)) }))
        }),
    }),
    ['within a transaction nothing is behind, whatever was asked for'],
  ],
  [
    'searches without the filters',
    (sound) => ({ searchEvents: (query, options) => sound.searchEvents(query, { limit: options?.limit }) }),
    ['hits are held to a session, a type, or both'],
  ],
  [
    'clears what a task was saved without',
    (sound) => ({
      saveTask: (input) => sound.saveTask({ description: null, assignedTo: null, metadata: null, ...input }),
    }),
    ['what is left out stays as it is'],
  ],
  [
    'runs transactions without one',
    (sound) => ({ transact: (fn) => fn(sound) }),
    [
      'a transaction leaves nothing when its function fails, and rejects with that very error',
      'nobody sees a transaction before it commits',
      'inside a transaction every call on the outer store is refused, and the transaction goes on',
    ],
  ],
  ['never closes', () => ({ close: async () => {} }), ['after closing every call is refused']],
  [
    'opens the Prisma door of another namespace',
    (sound) => ({
      get prisma(): StateStore['prisma'] {
        return sound.withNamespace('other').prisma
      },
    }),
    [
      'Prisma reads what the methods wrote, in this namespace alone',
      'Prisma changes and deletes rows of this namespace alone',
      'what would leave the namespace is refused',
    ],
  ],
]

/** Options of opening that a faulty store ignores, and tests of the contract that must catch it. */
const FORGOTTEN_OPTIONS: [keyof ContractOpenOptions, string[]][] = [
  [
    'schemaVersion',
    [
      'a state of an older schema version is lifted, step by step, whenever it is loaded',
      'a state of a newer schema version is neither read nor overwritten',
    ],
  ],
  [
    'upcasters',
    [
      'a state of an older schema version is lifted, step by step, whenever it is loaded',
      'old versions and snapshots are lifted, too, each from its own schema version',
      'an upcaster that throws, or lifts to what does not fit, is named; nothing is changed',
    ],
  ],
  ['schema', ['a patch that does not fit the schema is refused, and changes nothing']],
]

/** Expects that tests of the contract fail on a harness, and pass on a sound one. */
async function expectCaught(harness: ContractHarness, catchers: readonly string[]): Promise<void> {
  for (const name of catchers) {
    const run = TESTS[name] as (typeof TESTS)[string]
    await runContractTest(sqliteHarness, run)
    const outcome = runContractTest(harness, run).then(
      () => 'passed',
      () => 'failed',
    )
    expect(await outcome, name).toBe('failed')
  }
}

describe('the contract suite catches a store that', () => {
  test.each([...FAULTS, ...HISTORY_FAULTS, ...ITEM_FAULTS, ...REMOVAL_FAULTS])('%s', (_, fault, catchers) =>
    expectCaught(faultyHarness(fault), catchers),
  )

  test.each(FORGOTTEN_OPTIONS)('forgets the option %s', (option, catchers) =>
    expectCaught(
      { ...sqliteHarness, open: (options) => sqliteHarness.open({ ...options, [option]: undefined }) },
      catchers,
    ),
  )
})

describe('no test of the contract passes on a store that does nothing', () => {
  test.each(Object.entries(TESTS))('%s', async (_, run) => {
    await expect(runContractTest(hollowHarness, run)).rejects.toThrow()
  })
})
