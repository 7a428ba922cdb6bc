import { type Operation, query, statement } from '../operation.ts'
import { TASK, type TaskRow, type TaskStatus } from './save-task.ts'

export interface ListTasks {
  status: TaskStatus | undefined
  assignedTo: string | undefined
  /** The task that the page starts after; empty strings for the first page. */
  after: { createdAt: string; id: string }
  limit: number
}

const list = (where: string) =>
  statement<TaskRow>(
    `SELECT ${TASK} FROM tasks WHERE namespace = ?${where} AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?`,
  )

const ALL = list('')
const BY_STATUS = list(' AND status = ?')
const BY_ASSIGNEE = list(' AND assigned_to = ?')
const BY_BOTH = list(' AND assigned_to = ? AND status = ?')

/** Lists tasks, oldest first. */
export function* listTasks(namespace: string, { status, assignedTo, after, limit }: ListTasks): Operation<TaskRow[]> {
  const rest = [after.createdAt, after.id, limit]
  if (assignedTo === undefined)
    return yield* status === undefined
      ? query(ALL, [namespace, ...rest])
      : query(BY_STATUS, [namespace, status, ...rest])
  return yield* status === undefined
    ? query(BY_ASSIGNEE, [namespace, assignedTo, ...rest])
    : query(BY_BOTH, [namespace, assignedTo, status, ...rest])
}
