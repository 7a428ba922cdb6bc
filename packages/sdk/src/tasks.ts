import * as operations from '@descartes/store'
import { BEGINNING_OF_TIME, fromTimestamp } from '@descartes/store'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { decodeJson } from './codec.ts'
import * as fields from './fields.ts'
import { encodeMetadata, type Handle } from './handle.ts'
import { paging, readPage } from './paging.ts'
import { parse } from './parse.ts'
import { consistencyOf, read } from './reading.ts'
import type { Page, ReadOptions, Task, TaskFilter, TaskInput } from './records.ts'

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

export async function getTask(handle: Handle<unknown>, taskId: string, options?: ReadOptions): Promise<Task | null> {
  parse(fields.id, 'taskId', taskId)
  const load = () => operations.loadTask(handle.namespace, taskId)
  const row = await read(handle, load, consistencyOf(options))
  return row === undefined ? null : toTask(row)
}

export async function getTasks(handle: Handle<unknown>, filter: TaskFilter = {}): Promise<Page<Task>> {
  const { status, assignedTo, ...page } = parse(LIST, 'filter', filter)
  return readPage(handle, page, {
    list: ['tasks', status, assignedTo],
    rows: ([createdAt = BEGINNING_OF_TIME, id = '']: [string?, string?], limit: number) =>
      operations.listTasks(handle.namespace, { status, assignedTo, after: { createdAt, id }, limit }),
    keyOf: ({ createdAt, id }) => [createdAt, id],
    toItem: toTask,
  })
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
