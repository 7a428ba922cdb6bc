import { agentId } from '../data/content.ts'
import { SEED } from '../data/template.ts'
import { defineOperation } from './operation.ts'
import { requireSame } from './reader.ts'

export const save = defineOperation({
  name: 'saveTask',
  kind: 'point',
  mode: 'write',
  method: 'saveTask',
  workload: () => {
    let next = 0
    return {
      inputs: (count) =>
        Array.from({ length: count }, () => {
          const n = next++
          return { title: `New task ${n}`, description: 'Read and summarize', assignedTo: agentId(n % SEED.agents) }
        }),
      verify({ inputs, results, reader }) {
        inputs.forEach(({ title, description, assignedTo }, i) => {
          const stored = reader.row(
            `SELECT title, description, status, assigned_to FROM tasks WHERE namespace = 'default' AND id = ?`,
            results[i]?.id,
          )
          requireSame(stored, { title, description, status: 'pending', assigned_to: assignedTo }, 'task stored')
        })
        requireSame(reader.count('tasks'), SEED.tasks + next, 'number of tasks')
      },
    }
  },
})

export const get = defineOperation({
  name: 'getTask',
  kind: 'point',
  mode: 'read',
  method: 'getTask',
  workload: () => ({
    inputs: (count) => Array.from({ length: count }, (_, i) => `task-${i % SEED.tasks}`),
    verify({ inputs, results }) {
      inputs.forEach((id, i) => {
        const found = results[i]
        const n = i % SEED.tasks
        requireSame(
          [found?.id, found?.title, found?.assignedTo, found?.metadata],
          [id, `Task ${n}`, agentId(n), { i: n }],
          'task',
        )
        requireSame(found?.createdAt instanceof Date, true, 'createdAt is a Date')
      })
    },
  }),
})

export const list = defineOperation({
  name: 'getTasks, page of 100',
  kind: 'page',
  mode: 'read',
  method: 'getTasks',
  workload: () => ({
    inputs: (count) => new Array<number>(count).fill(100),
    verify({ results, reader }) {
      const expected = reader.rows('SELECT id, title FROM tasks ORDER BY created_at, id LIMIT 100')
      for (const { items } of results)
        requireSame(
          items.map(({ id, title }) => ({ id, title })),
          expected,
          'tasks listed',
        )
    },
  }),
})
