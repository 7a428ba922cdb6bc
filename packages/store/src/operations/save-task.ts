import { type Operation, queryFirst, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'

export type TaskStatus = 'pending' | 'in_progress' | 'completed' | 'failed' | 'cancelled'

/** A task as it is stored. */
export interface TaskRow {
  id: string
  title: string
  description: string | null
  status: TaskStatus
  assignedTo: string | null
  createdAt: string
  updatedAt: string
  metadata: string | number | null
}

/** Fields that are undefined keep what is stored; of a new task, they are null, and the status is pending. */
export interface SaveTask {
  id: string
  title: string
  description: string | null | undefined
  status: TaskStatus | undefined
  assignedTo: string | null | undefined
  metadata: string | null | undefined
}

export const TASK = `id, title, description, status, assigned_to AS "assignedTo", created_at AS "createdAt", updated_at AS "updatedAt", metadata`

// Each optional field comes with a flag: 1 when it is given, and so replaces what is stored.
const SAVE = statement<TaskRow>(
  `INSERT INTO tasks (namespace, id, title, description, status, assigned_to, created_at, updated_at, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
   ON CONFLICT (namespace, id) DO UPDATE SET title = excluded.title, updated_at = excluded.updated_at,
     description = CASE WHEN ? THEN excluded.description ELSE tasks.description END,
     status = CASE WHEN ? THEN excluded.status ELSE tasks.status END,
     assigned_to = CASE WHEN ? THEN excluded.assigned_to ELSE tasks.assigned_to END,
     metadata = CASE WHEN ? THEN excluded.metadata ELSE tasks.metadata END
   RETURNING ${TASK}`,
  { leavesKept: true, isOnlyWrite: true },
)

/** Saves a task: a new one, or over the one of the same id. */
export function* saveTask(
  namespace: string,
  { id, title, description, status, assignedTo, metadata }: SaveTask,
): Operation<TaskRow> {
  const now = timestampNow()
  const given = [description, status, assignedTo, metadata].map((value) => (value === undefined ? 0 : 1))
  const row = [
    namespace,
    id,
    title,
    description ?? null,
    status ?? 'pending',
    assignedTo ?? null,
    now,
    now,
    metadata ?? null,
  ]
  return (yield* queryFirst(SAVE, [...row, ...given])) as TaskRow
}
