import { type Operation, queryFirst, statement } from '../operation.ts'
import { TASK, type TaskRow } from './save-task.ts'

const LOAD = statement<TaskRow>(`SELECT ${TASK} FROM tasks WHERE namespace = ? AND id = ?`)

/** Loads a task; undefined when there is none. */
export function* loadTask(namespace: string, taskId: string): Operation<TaskRow | undefined> {
  return yield* queryFirst(LOAD, [namespace, taskId])
}
