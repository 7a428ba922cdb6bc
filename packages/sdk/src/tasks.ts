import * as operations from '@descartes/store'
import { BEGINNING_OF_TIME, fromTimestamp } from '@descartes/store'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { decodeJson } from './codec.ts'
import { decodeCursor, toPage } from './cursor.ts'
import * as fields from './fields.ts'
import { encodeMetadata, type Handle } from './handle.ts'
import { limitOf, paging } from './paging.ts'
import { parse } from './parse.ts'
import type { Page, Task, TaskFilter, TaskInput } from './records.ts'

const SAVE = v.strictObject({
  id: v.optional(fields.id),
  title: fields.label,
  description: v.nullish(fields.note),
  status: v.optional(fields.taskStatus),
  assignedTo: v.nullish(fields.id),
  metadata: v.optional(v.unknown()),
})
const LIST = v.strictObject({ ...paging, status: v.optional(fields.taskStatus), assignedTo: v.optional(fields.id) })

export async function saveTask(handle: Handle<unknown>, input: TaskInput): Promise<Task> {
  const { id = uuidv7(), title, description, status, assignedTo, ...given } = parse(SAVE, 'input', input)
  const row = { id, title, description, status, assignedTo, metadata: encodeMetadata(handle, given.metadata) }
  return toTask(await handle.executor.write(() => operations.saveTask(handle.namespace, row)))
}

export async function getTask(handle: Handle<unknown>, taskId: string): Promise<Task | null> {
  parse(fields.id, 'taskId', taskId)
  const row = await handle.executor.read(() => operations.loadTask(handle.namespace, taskId))
  return row === undefined ? null : toTask(row)
}

export async function getTasks(handle: Handle<unknown>, filter: TaskFilter = {}): Promise<Page<Task>> {
  const { status, assignedTo, ...page } = parse(LIST, 'filter', filter)
  const limit = limitOf(handle, page)
  const scope = { namespace: handle.namespace, list: JSON.stringify(['tasks', status, assignedTo]) }
  const [createdAt = BEGINNING_OF_TIME, id = ''] = (decodeCursor(scope, page.cursor) ?? []) as string[]
  const rows = await handle.executor.read(() =>
    operations.listTasks(handle.namespace, { status, assignedTo, after: { createdAt, id }, limit: limit + 1 }),
  )
  return toPage(rows, limit, scope, (row) => [row.createdAt, row.id], toTask)
}

function toTask(row: operations.TaskRow): Task {
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    status: row.status,
    assignedTo: row.assignedTo,
    metadata: decodeJson(row.metadata, 'tasks.metadata'),
    createdAt: fromTimestamp(row.createdAt),
    updatedAt: fromTimestamp(row.updatedAt),
  }
}
