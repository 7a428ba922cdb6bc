import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { type MoveProgress, moveStore, openStateStore, type StateStore } from '@descartes/sdk'
import { expect, test } from 'vitest'
import { agent, contentOf, fillStore, said } from './mixed-store.ts'
import { type Kind, places } from './places.ts'

const ways: [Kind, Kind][] = [
  ['SQLite', 'PostgreSQL'],
  ['PostgreSQL', 'SQLite'],
  ['SQLite', 'SQLite'],
  ['PostgreSQL', 'PostgreSQL'],
]

const open = (url: string) => openStateStore({ url, namespace: 'acme' })
const sha256 = (file: string) => createHash('sha256').update(fs.readFileSync(file)).digest('hex')

test.for(ways)('everything in a %s store is moved to %s', async ([from, to], { expect }) => {
  const [source, target] = [await places[from](), await places[to]()]
  await fillStore(source)
  const before = await contentOf(source)
  const report = await moveStore({ from: source, to: target, batchRows: 7 })
  expect(report.resumed).toBe(false)
  expect(report.tables.every(({ rows }) => rows > 0)).toBe(true)
  expect(await contentOf(target)).toEqual(before)
  expect(await contentOf(source)).toEqual(before)
  // As each row was, to the byte: what is moved back has the same digests.
  const back = await moveStore({ from: target, to: await places[from]() })
  expect(back.tables).toEqual(report.tables)
})

test.for(ways)('a %s store that was moved to %s goes on where it was', async ([from, to], { expect }) => {
  const [source, target] = [await places[from](), await places[to]()]
  await fillStore(source)
  await moveStore({ from: source, to: target })
  const [old, moved] = await Promise.all([open(source), open(target)])
  const goOn = async (store: StateStore) => {
    const saves = []
    for (const agentId of ['talker', 'large', 'rich', 'fork', 'edited']) {
      const { version } = await store.saveAgentState(agent(agentId, { step: 'after the move' }))
      saves.push([agentId, version, (await store.listRevisions(agentId, { limit: 3 })).items.map((r) => r.version)])
    }
    await store.saveAgentState(agent('gone', 'back'), { revive: true })
    await store.recordStateTransition({ agentId: 'talker', before: 'a', after: 'b' })
    const steps = await store.prisma.stateTransition.findMany({ where: { agentId: 'talker' }, orderBy: { seq: 'asc' } })
    const pinned = (await store.listSnapshots('talker')).items.map(({ version }) => version)
    return { saves, steps: steps.map(({ seq, stateAfter }) => [seq, stateAfter]), pinned }
  }
  expect(await goOn(moved)).toEqual(await goOn(old))
  const numbers = async (store: StateStore) =>
    (await store.prisma.event.findMany({ orderBy: { seq: 'asc' } })).map(({ seq }) => Number(seq))
  const highest = Math.max(...(await numbers(old)))
  await moved.saveEvents([said({ content: 'zebra in the new house' }), said({})])
  const after = await numbers(moved)
  // Not even the numbers of the events that were deleted while they were the newest.
  expect(after.at(-2)).toBeGreaterThan(highest + 1)
  expect((await moved.searchEvents('zebra'))?.items).toHaveLength(1)
  await Promise.all([old.close(), moved.close()])
})

test('a SQLite file is not changed by being moved, nor its log', async () => {
  const [source, target] = [await places.SQLite(), await places.SQLite()]
  await fillStore(source)
  const file = source.slice('file:'.length)
  const before = sha256(file)
  await moveStore({ from: source, to: target })
  expect(sha256(file)).toBe(before)
  expect(fs.statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
})

test('a move tells how far it is, table by table', async () => {
  const [source, target] = [await places.SQLite(), await places.SQLite()]
  await fillStore(source)
  const seen: MoveProgress[] = []
  const { tables } = await moveStore({ from: source, to: target, batchRows: 10, onProgress: (now) => seen.push(now) })
  for (const { table, rows } of tables)
    for (const phase of ['copy', 'verify']) {
      const steps = seen.filter((now) => now.table === table && now.phase === phase)
      expect(steps.at(-1)).toEqual({ phase, table, done: rows, total: rows })
      expect(steps.every(({ done }, i) => i === 0 || done >= (steps[i - 1]?.done as number))).toBe(true)
    }
})

test.for(['copy', 'verify'])(
  'a move that is stopped in its phase %s goes on, and no store opens its target before',
  async (phase, { expect }) => {
    const [source, target] = [await places.SQLite(), await places.SQLite()]
    await fillStore(source)
    const stop = new AbortController()
    let batches = 0
    const onProgress = (now: MoveProgress) => {
      if (now.phase === phase && ++batches === 9) stop.abort(new Error('enough'))
    }
    const stopped = moveStore({ from: source, to: target, batchRows: 10, signal: stop.signal, onProgress })
    await expect(stopped).rejects.toThrow('enough')
    await expect(openStateStore({ url: target })).rejects.toMatchObject({ code: 'MOVE_UNFINISHED' })
    const report = await moveStore({ from: source, to: target, batchRows: 10 })
    expect(report.resumed).toBe(true)
    expect(await contentOf(target)).toEqual(await contentOf(source))
  },
)
