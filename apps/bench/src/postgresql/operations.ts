import { agentId, eventInput } from '../data/content.ts'
import { agentAt, SEED } from '../data/kept-seed.ts'
import { defineKept } from '../operations/kept.ts'
import { load, saveNew, saveOver, saveTurn } from '../operations/kept-agents.ts'
import { requireSame } from '../operations/reader.ts'
import type { PostgresqlSubject } from './subject.ts'

const range = <T>(count: number, make: () => T) => Array.from({ length: count }, make)

let fresh = 0

const updateStatus = defineKept<'updateAgentStatus', PostgresqlSubject>(
  'updateAgentStatus',
  'updateAgentStatus',
  'write',
  () => {
    let next = 0
    return {
      inputs: (count) =>
        range(count, () => ({ agentId: agentAt(next++), status: `status-${fresh++}`, reason: 'next' })),
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
  },
)

const recordTransition = defineKept<'recordStateTransition', PostgresqlSubject>(
  'recordStateTransition',
  'recordStateTransition',
  'write',
  () => {
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
  },
)

const saveEvent = defineKept<'saveEvent', PostgresqlSubject>('saveEvent', 'saveEvent', 'write', () => ({
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

const saveTask = defineKept<'saveTask', PostgresqlSubject>('saveTask', 'saveTask', 'write', () => ({
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

const getTask = defineKept<'getTask', PostgresqlSubject>('getTask', 'getTask', 'read', () => ({
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
