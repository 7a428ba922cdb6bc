import type { Database } from 'better-sqlite3'
import { uuidv7 } from 'uuidv7'
import { NAMESPACE } from './connection.ts'
import { now, type TaskColumns, toTask } from './raw-rows.ts'
import type { Operations } from './subject.ts'

const TASK = `id, title, description, status, assigned_to AS "assignedTo", created_at AS "createdAt", updated_at AS "updatedAt", metadata`

export function taskOperations(database: Database): Pick<Operations, 'saveTask' | 'getTask' | 'getTasks'> {
  const save = database.prepare<unknown[], TaskColumns>(
    `INSERT INTO tasks (namespace, id, title, description, status, assigned_to, created_at, updated_at, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (namespace, id) DO UPDATE SET title = excluded.title, updated_at = excluded.updated_at,
       description = CASE WHEN ? THEN excluded.description ELSE tasks.description END,
       status = CASE WHEN ? THEN excluded.status ELSE tasks.status END,
       assigned_to = CASE WHEN ? THEN excluded.assigned_to ELSE tasks.assigned_to END,
       metadata = CASE WHEN ? THEN excluded.metadata ELSE tasks.metadata END
     RETURNING ${TASK}`,
  )
  const load = database.prepare<unknown[], TaskColumns>(`SELECT ${TASK} FROM tasks WHERE namespace = ? AND id = ?`)
  const list = database.prepare<unknown[], TaskColumns>(
    `SELECT ${TASK} FROM tasks WHERE namespace = ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?`,
  )

  return {
    saveTask({ title, description, assignedTo }) {
      const time = now()
      return toTask(
        save.get(
          NAMESPACE,
          uuidv7(),
          title,
          description,
          'pending',
          assignedTo,
          time,
          time,
          null,
          1,
          0,
          1,
          0,
        ) as TaskColumns,
      )
    },
    getTask(taskId) {
      const row = load.get(NAMESPACE, taskId)
      return row === undefined ? null : toTask(row)
    },
    getTasks(limit) {
      const rows = list.all(NAMESPACE, '', '', limit + 1)
      return { items: rows.slice(0, limit).map(toTask) }
    },
  }
}
