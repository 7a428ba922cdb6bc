import { agentId, agentInput, eventInput } from '../data/content.ts'
import { conversation } from '../data/conversation.ts'
import { requireSame } from '../operations/reader.ts'
import type { Awaitable, Operations } from '../subjects/subject.ts'
import type { PostgresqlSubject } from './subject.ts'

/** What every database starts with: agents that were saved twice, and tasks. */
export const SEED = { agents: 500, tasks: 200, talks: 64, turns: 40 } as const
export const talkId = (i: number) => `talk-${String(i).padStart(3, '0')}`
export const TALK = conversation(400)

type InputOf<M extends keyof Operations> = Parameters<Operations[M]>[0]
type ResultOf<M extends keyof Operations> = Awaited<ReturnType<Operations[M]>>

/** What is put into an operation on one subject, and how its work is checked: throws unless all of it was carried out. */
interface Workload<I, R> {
  inputs(count: number): I[]
  verify(subject: PostgresqlSubject, inputs: readonly I[], results: readonly R[]): Promise<void>
}

/** An operation on one subject, round after round. */
export interface Trial {
  /** Does `count` operations, checks them, and tells the microseconds that one took. */
  round(count: number): Promise<number>
}

export interface PostgresqlOperation {
  readonly name: string
  /** The most in one round: more would write one agent twice. */
  readonly most: number
  /** Undefined when the subject cannot express it. */
  start(subject: PostgresqlSubject, inFlight: number): Trial | undefined
}

function define<M extends keyof Operations>(
  name: string,
  method: M,
  mode: 'read' | 'write',
  workload: () => Workload<InputOf<M>, ResultOf<M>>,
  most: number = SEED.agents,
): PostgresqlOperation {
  return {
    name,
    most,
    start(subject, inFlight) {
      const operation = subject.operations[method] as ((input: InputOf<M>) => Awaitable<ResultOf<M>>) | undefined
      if (operation === undefined) return undefined
      const { inputs: make, verify } = workload()
      return {
        async round(count) {
          const inputs = make(count)
          const started = performance.now()
          const results = await subject.run(mode, operation, inputs, inFlight)
          const micros = ((performance.now() - started) * 1000) / count
          requireSame(results.length, count, `${name}: number of results`)
          await verify(subject, inputs, results)
          return micros
        },
      }
    },
  }
}

const agentAt = (n: number) => agentId(n % SEED.agents)
const range = <T>(count: number, make: () => T) => Array.from({ length: count }, make)

let fresh = 0

export const saveNew = define('saveAgentState, new', 'saveAgentState', 'write', () => ({
  inputs: (count) => range(count, () => agentInput(`new-${fresh++}`, 0)),
  verify: async (subject, inputs, results) => {
    requireSame(new Set(results.map(({ version }) => version)), new Set([1]), 'versions returned')
    await requireStored(
      subject,
      inputs.map((input) => ({ ...input, version: 1 })),
    )
  },
}))

let step = 2

export const saveOver = define('saveAgentState, overwrite', 'saveAgentState', 'write', () => {
  let next = 0
  return {
    // Each of a round is another agent, and no state is what it was before.
    inputs: (count) => range(count, () => agentInput(agentAt(next++), step++)),
    verify: (subject, inputs, results) =>
      requireStored(
        subject,
        inputs.map((input, i) => ({ ...input, version: results[i]?.version })),
      ),
  }
})

/** Saves the next turn of conversations that take turns. It is one workload for all subjects: each has its own copy. */
export const saveTurn = define(
  'saveAgentState, a conversation, a turn more',
  'saveAgentState',
  'write',
  () => {
    let turn = SEED.turns
    return {
      inputs(count) {
        turn++
        const state = TALK.stateAfter(turn)
        return Array.from({ length: count }, (_, i) => ({ ...agentInput(talkId(i), turn), state }))
      },
      verify: (subject, inputs, results) =>
        requireStored(
          subject,
          inputs.map((input, i) => ({ ...input, version: results[i]?.version })),
        ),
    }
  },
  SEED.talks,
)

export const load = define('loadAgentState', 'loadAgentState', 'read', () => {
  let next = 0
  return {
    inputs: (count) => range(count, () => agentAt(next++)),
    async verify(subject, inputs, results) {
      const stored = new Map((await subject.stored(inputs)).map((agent) => [agent.agentId, agent]))
      inputs.forEach((id, i) => {
        const { version, state } = results[i] ?? {}
        requireSame({ agentId: id, version, state }, stored.get(id), 'agent loaded')
      })
    },
  }
})

const updateStatus = define('updateAgentStatus', 'updateAgentStatus', 'write', () => {
  let next = 0
  return {
    inputs: (count) => range(count, () => ({ agentId: agentAt(next++), status: `status-${fresh++}`, reason: 'next' })),
    async verify(subject, inputs) {
      const ids = inputs.map((input) => input.agentId)
      const stored = await subject.rows?.<{ id: string }>(
        `SELECT a.agent_id AS "agentId", a.status, t.reason FROM agent_states a
         JOIN state_transitions t ON t.namespace = a.namespace AND t.agent_id = a.agent_id AND t.state_after = a.status
         JOIN agent_revisions r ON r.namespace = a.namespace AND r.agent_id = a.agent_id AND r.version = a.version
         WHERE a.namespace = 'default' AND a.agent_id = ANY($1) AND a.status = ANY($2) ORDER BY array_position($1, a.agent_id)`,
        [ids, inputs.map(({ status }) => status)],
      )
      requireSame(stored, [...inputs], 'statuses stored')
    },
  }
})

const recordTransition = define('recordStateTransition', 'recordStateTransition', 'write', () => {
  let next = 0
  return {
    inputs: (count) =>
      range(count, () => ({ agentId: agentAt(next++), before: 'idle', after: 'running', reason: `reason ${next}` })),
    async verify(subject, inputs, results) {
      const stored = await subject.rows?.(
        `SELECT agent_id AS "agentId", state_before AS before, state_after AS after, reason FROM state_transitions
         WHERE namespace = 'default' AND id = ANY($1) ORDER BY array_position($1, id)`,
        [results.map(({ id }) => id)],
      )
      requireSame(stored, [...inputs], 'transitions stored')
    },
  }
})

const saveEvent = define('saveEvent', 'saveEvent', 'write', () => ({
  inputs: (count) => range(count, () => eventInput(fresh++, 'session')),
  async verify(subject, inputs, results) {
    const stored = await subject.rows?.(
      `SELECT event_type AS "eventType", session_id AS "sessionId", actor_type AS "actorType", actor_id AS "actorId", content, metadata
       FROM events WHERE namespace = 'default' AND id = ANY($1) ORDER BY array_position($1, id)`,
      [results.map(({ id }) => id)],
    )
    requireSame(stored, [...inputs], 'events stored')
  },
}))

const saveTask = define('saveTask', 'saveTask', 'write', () => ({
  inputs: (count) =>
    range(count, () => ({ title: `New task ${fresh++}`, description: 'Read and summarize', assignedTo: agentId(0) })),
  async verify(subject, inputs, results) {
    const stored = await subject.rows?.(
      `SELECT title, description, assigned_to AS "assignedTo" FROM tasks
       WHERE namespace = 'default' AND id = ANY($1) ORDER BY array_position($1, id)`,
      [results.map(({ id }) => id)],
    )
    requireSame(stored, [...inputs], 'tasks stored')
  },
}))

const getTask = define('getTask', 'getTask', 'read', () => ({
  inputs: (count) => Array.from({ length: count }, (_, i) => `task-${i % SEED.tasks}`),
  async verify(_subject, inputs, results) {
    inputs.forEach((id, i) => {
      requireSame([results[i]?.id, results[i]?.title], [id, `Task ${i % SEED.tasks}`], 'task')
    })
  },
}))

/** In the order of the report. */
export const OPERATIONS = [
  saveNew,
  saveOver,
  saveTurn,
  load,
  updateStatus,
  recordTransition,
  saveEvent,
  saveTask,
  getTask,
]

/** Every agent's newest version is what it was saved as last, and all of them are there. */
async function requireStored(
  subject: PostgresqlSubject,
  inputs: readonly { agentId: string; version: number | undefined; state: unknown }[],
): Promise<void> {
  const wanted = inputs.map(({ agentId, version, state }) => ({ agentId, version, state }))
  const stored = new Map((await subject.stored(wanted.map((agent) => agent.agentId))).map((a) => [a.agentId, a]))
  for (const agent of wanted) requireSame(stored.get(agent.agentId), agent, 'agent stored')
}
