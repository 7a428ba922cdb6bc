import type { StateStore } from '@descartes/sdk'
import type { Engine } from '@descartes/store'
import { query, statement } from '@descartes/store'
import type { Secrets } from './secrets.ts'

/** The agent that is erased, and its fork, which is erased, too. */
export const GUEST = 'guest'
export const FORK = 'fork of guest'
export const OTHERS = ['ada', 'ben', 'cai'] as const

/** Numbers without any pattern, the same for the same seed. */
export function randomFrom(seed: number): (below: number) => number {
  let last = seed * 7919
  return (below) => {
    last = (Math.imul(last, 1664525) + 1013904223) >>> 0
    return Math.floor((last / 2 ** 32) * below)
  }
}

/** What agents write: the guest secrets, others their own words. */
export interface Speech {
  word(): string
  /** Long, and without any repetition. */
  noise(length: number): string
}

export function speechOf(secrets: Secrets | undefined, random: (below: number) => number): Speech {
  const word = () => secrets?.word() ?? `word${random(2 ** 30)}`
  return {
    word,
    noise: (length) => {
      let text = word()
      while (text.length < length) text += ` ${word()}`
      return text
    },
  }
}

type Step = (store: StateStore, agentId: string, speech: Speech, random: (below: number) => number) => Promise<unknown>

const state = ({ word, noise }: Speech, random: (below: number) => number) => ({
  step: random(100),
  [word()]: word(),
  text: noise([20, 300, 900, 6000][random(4)] as number),
  messages: [{ role: 'user', text: word() }],
})

const save: Step = (store, agentId, speech, random) =>
  store.saveAgentState(
    {
      agentId,
      name: speech.word(),
      status: speech.word(),
      metadata: { [speech.word()]: speech.word() },
      state: state(speech, random),
    },
    { revive: true },
  )

/** Everything that leaves something of an agent in the database. */
const STEPS: Step[] = [
  save,
  save,
  (store, agentId, { word }) => store.patchAgentState(agentId, { step: 1, [word()]: word() }),
  (store, agentId, { word }) => store.appendToAgentState(agentId, '/messages', [{ role: 'agent', text: word() }]),
  (store, agentId, { noise }) => store.patchAgentState(agentId, { text: noise(2000) }),
  (store, agentId, { word }) => store.updateAgentStatus(agentId, word(), { reason: word() }),
  (store, agentId, { word }) =>
    store.recordStateTransition({
      agentId,
      before: word(),
      after: word(),
      reason: word(),
      metadata: { [word()]: word() },
    }),
  (store, agentId, { word }) => store.createSnapshot(agentId, { description: word() }),
  async (store, agentId) => {
    const [snapshot] = (await store.listSnapshots(agentId, { limit: 1 })).items
    if (snapshot !== undefined) await store.restoreSnapshot(snapshot.id)
  },
  (store, agentId) => store.restoreRevision(agentId, 1),
  async (store, agentId, { word }) => {
    const id = word()
    await store.startSession({ id, agentId, metadata: { [word()]: word() } })
    await store.saveEvent({
      eventType: word(),
      sessionId: id,
      actorType: 'user',
      actorId: word(),
      content: `${word()}, said the user. ${word()}!`,
      metadata: { [word()]: word() },
    })
  },
  (store, agentId, { word, noise }, random) =>
    store.saveEvents(
      Array.from({ length: 1 + random(8) }, () => ({
        id: word(),
        eventType: word(),
        sessionId: 'shared',
        actorType: 'agent' as const,
        actorId: agentId,
        gitCommit: word(),
        content: noise(10 + random(300)),
        metadata: word(),
      })),
    ),
  (store, agentId) => store.deleteAgent(agentId),
  (store, agentId, _speech, random) => store.pruneRevisions({ agentId, keepLast: 1 + random(5) }),
  (store, _agentId, _speech, random) => store.pruneRevisions({ keepLast: 1 + random(9), keepEvery: 1 + random(3) }),
]

/** One step of one of the agents; what cannot be done at present is left out. */
export async function live(store: StateStore, secrets: Secrets, random: (below: number) => number): Promise<void> {
  const agentId = random(2) === 0 ? GUEST : (OTHERS[random(OTHERS.length)] as string)
  const who = agentId === GUEST && random(4) === 0 ? FORK : agentId
  if (who === FORK && (await store.loadAgentState(FORK)) === null && (await store.loadAgentState(GUEST)) !== null) {
    await store.forkAgent(GUEST, { agentId: FORK }).catch(ignore('AGENT_EXISTS'))
    return
  }
  const speech = speechOf(who === GUEST || who === FORK ? secrets : undefined, random)
  const step = STEPS[random(STEPS.length)] as Step
  await step(store, who, speech, random).catch(ignore(...REFUSALS))
}

/** There may be no such agent at present, or, from before, a state without messages. */
const REFUSALS = ['AGENT_NOT_FOUND', 'AGENT_DELETED', 'REVISION_NOT_FOUND', 'INVALID_INPUT']

const ignore =
  (...codes: string[]) =>
  (error: { code?: string }) => {
    if (!codes.includes(error.code ?? '')) throw error
  }

const DATA = statement<{ data: Buffer }>('SELECT data FROM agent_revisions WHERE agent_id IN (?, ?)')

/** Looks at what the history has of the guest now, and keeps it in mind. */
export async function rememberHistory(engine: Engine, secrets: Secrets): Promise<void> {
  for (const { data } of await engine.read(() => query(DATA, [GUEST, FORK]))) secrets.remember(data)
}

/** All that the others have, in every list. */
export async function everythingOf(store: StateStore, agentIds: readonly string[]) {
  return Promise.all(
    agentIds.map(async (agentId) => {
      const versions = (await store.listRevisions(agentId, { limit: 1000 })).items.map(({ version }) => version)
      return {
        agentId,
        states: await Promise.all(versions.map((version) => store.loadAgentState(agentId, { version }))),
        snapshots: await store.listSnapshots(agentId, { limit: 1000 }),
        transitions: await store.getStateHistory(agentId, { limit: 1000 }),
        sessions: await store.listSessions({ agentId, limit: 1000 }),
        events: (await store.getEvents('shared', { limit: 1000 })).items.filter(({ actorId }) => actorId === agentId),
      }
    }),
  )
}
