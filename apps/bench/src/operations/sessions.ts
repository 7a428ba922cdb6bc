import { agentId } from '../data/content.ts'
import { SEED } from '../data/template.ts'
import { defineOperation } from './operation.ts'
import { requireSame } from './reader.ts'

const sessionInput = (n: number) => ({ agentId: agentId(n % SEED.agents), metadata: { goal: `goal ${n}` } })

export const start = defineOperation({
  name: 'startSession',
  kind: 'point',
  mode: 'write',
  method: 'startSession',
  workload: () => {
    let next = 0
    return {
      inputs: (count) => Array.from({ length: count }, () => sessionInput(next++)),
      verify({ inputs, results, reader }) {
        inputs.forEach(({ agentId, metadata }, i) => {
          const stored = reader.row(
            `SELECT agent_id, status, metadata, ended_at FROM sessions WHERE namespace = 'default' AND id = ?`,
            results[i]?.id,
          )
          requireSame(
            stored,
            { agent_id: agentId, status: 'active', metadata: JSON.stringify(metadata), ended_at: null },
            'session stored',
          )
        })
        requireSame(reader.count('sessions'), SEED.sessions + next, 'number of sessions')
      },
    }
  },
})

export const end = defineOperation({
  name: 'endSession',
  kind: 'point',
  mode: 'write',
  method: 'endSession',
  workload: () => {
    let next = 0
    return {
      async inputs(count, subject) {
        const inputs = Array.from({ length: count }, () => sessionInput(next++))
        const startSession = subject.operations.startSession
        if (startSession === undefined) throw new Error(`${subject.name} ends sessions, but cannot start one`)
        return (await subject.run('write', startSession, inputs, 64)).map(({ id }) => id)
      },
      verify({ inputs, results, reader }) {
        inputs.forEach((id, i) => {
          const stored = reader.row<{ ended_at: unknown }>(
            `SELECT id, status, ended_at FROM sessions WHERE namespace = 'default' AND id = ?`,
            id,
          )
          requireSame(
            stored && { ...stored, ended_at: typeof stored.ended_at },
            { id, status: 'completed', ended_at: 'string' },
            'session stored',
          )
          requireSame(
            [results[i]?.status, results[i]?.endedAt instanceof Date],
            ['completed', true],
            'session returned',
          )
        })
      },
    }
  },
})

export const list = defineOperation({
  name: 'listSessions, page of 100',
  kind: 'page',
  mode: 'read',
  method: 'listSessions',
  workload: () => ({
    inputs: (count) => new Array<number>(count).fill(100),
    verify({ results, reader }) {
      const expected = reader.rows(
        'SELECT id, agent_id AS agentId FROM sessions ORDER BY started_at DESC, id DESC LIMIT 100',
      )
      for (const { items } of results)
        requireSame(
          items.map(({ id, agentId }) => ({ id, agentId })),
          expected,
          'sessions listed',
        )
    },
  }),
})
