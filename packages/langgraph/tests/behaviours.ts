import { DescartesSaver, ForkRefusedError, ThreadDeletedError } from '@descartes/langgraph'
import { AIMessage, HumanMessage } from '@langchain/core/messages'
import { DeltaSnapshot, ERROR, uuid6 } from '@langchain/langgraph-checkpoint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from '../../sdk/tests/faulty-store.ts'
import { idOf, listed, put, putChain, thread } from './checkpoints.ts'
import { type Backend, Savers } from './savers.ts'

const VALUES = {
  date: new Date('2026-01-02T03:04:05.678Z'),
  noDate: new Date(Number.NaN),
  bigint: 2n ** 80n,
  map: new Map<unknown, unknown>([[{ key: 1 }, new Date(0)]]),
  set: new Set([1, 'a', undefined]),
  numbers: [Number.NaN, Number.POSITIVE_INFINITY, -0, 0.1],
  missing: undefined,
  nothing: null,
  bytes: new Uint8Array([0, 1, 255]),
  pattern: /a+/gi,
  url: new URL('https://example.org/?q=1'),
  text: '\u2028 é 😀 "\\',
  nested: { list: [{ at: new Date(1), more: new Map([['n', 1n]]) }] },
  ofMarks: { $serde: ['json', 1], $descartes: { $date: 1 }, $date: 2 },
}

/** What savers do beyond LangGraph's validation. */
export function testBehaviours(backend: Backend, fault?: Fault): void {
  describe(`a saver on ${backend.name}`, () => {
    let savers: Savers
    beforeAll(() => {
      savers = new Savers(backend, fault)
    })
    afterAll(() => savers.close())

    test('gives values of every type back as they were, in channels, metadata and writes', async () => {
      const saver = await savers.saver()
      const config = await put(saver, thread('t'), { values: VALUES, metadata: { at: VALUES.date, none: undefined } })
      await saver.putWrites(config, Object.entries(VALUES), 'task')
      const tuple = await saver.getTuple(config)
      expect(tuple?.checkpoint.channel_values).toStrictEqual(VALUES)
      expect(tuple?.metadata).toStrictEqual({ source: 'loop', step: 0, parents: {}, at: VALUES.date, none: undefined })
      expect(
        Object.fromEntries(tuple?.pendingWrites?.map(([, channel, value]) => [channel, value]) ?? []),
      ).toStrictEqual(VALUES)
    })

    test('gives messages and other objects of LangChain back as what they were, beside plain values', async () => {
      const saver = await savers.saver()
      const values = {
        messages: [new HumanMessage('hello'), new AIMessage({ content: 'hi', additional_kwargs: { $serde: 1 } })],
        mixed: {
          at: new Date(5),
          by: new HumanMessage({ content: 'x', id: 'm1' }),
          all: new Map([['a', new AIMessage('y')]]),
        },
        failed: new Error('went wrong'),
        delta: new DeltaSnapshot([new Date(7), new HumanMessage('z')]),
      }
      const config = await put(saver, thread('t'), { values })
      const found = (await saver.getTuple(config))?.checkpoint.channel_values as typeof values
      expect(found).toEqual(values)
      expect(found.messages[1]).toBeInstanceOf(AIMessage)
      expect(found.mixed.by).toBeInstanceOf(HumanMessage)
      expect(found.mixed.all.get('a')).toBeInstanceOf(AIMessage)
      expect(found.delta.value[0]).toEqual(new Date(7))
    })

    test('keeps objects by a serializer of the caller, whatever it makes of them', async () => {
      const serde = {
        dumpsTyped: async (value: unknown): Promise<[string, Uint8Array]> => ['text', Buffer.from(String(value))],
        loadsTyped: async (type: string, data: Uint8Array | string) => `${type} ${Buffer.from(data).toString()}`,
      }
      class Point {
        toString = () => 'point'
      }
      const saver = await savers.saver({ serde })
      const config = await put(saver, thread('t'), { values: { at: [new Point(), new Date(3)], n: 1 } })
      const found = (await saver.getTuple(config))?.checkpoint.channel_values
      expect(found).toEqual({ at: ['text point', new Date(3)], n: 1 })
    })

    test('refuses what it could not give back, and names the place', async () => {
      const saver = await savers.saver()
      const circle: Record<string, unknown> = {}
      circle.self = circle
      for (const value of [() => 1, Symbol('s'), circle])
        await expect(put(saver, thread('t'), { values: { odd: value } })).rejects.toMatchObject({
          code: 'INVALID_INPUT',
          path: expect.stringContaining('state/values/odd'),
        })
      expect(await saver.getTuple(thread('t'))).toBeUndefined()
    })

    test('finds any id, whatever it means elsewhere', async () => {
      const saver = await savers.saver()
      const words = ['__proto__', 'constructor', '%', "'; drop table agent_states; --", '","', '["a"]', 'a/b', '\0', '']
      for (const word of words) await put(saver, thread(word, word), { values: { [word]: word } })
      for (const word of words) {
        const tuple = await saver.getTuple(thread(word, word))
        expect(Object.entries(tuple?.checkpoint.channel_values ?? {})).toEqual([[word, word]])
        expect(await listed(saver.list({ configurable: { thread_id: word } }))).toHaveLength(1)
      }
      for (const thread_id of [7, null, {}, 'x'.repeat(600)])
        await expect(saver.getTuple({ configurable: { thread_id } })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })

    test('filters by metadata, and finds nothing by what is not its own', async () => {
      const saver = await savers.saver()
      await put(saver, thread('t'), { metadata: { user: { id: 1, tags: ['a'] }, "a' OR 1=1": 1 } })
      await put(saver, thread('t'), { metadata: { user: { id: 2, tags: ['a'] } } })
      const count = async (filter: Record<string, unknown>) =>
        (await listed(saver.list(thread('t'), { filter }))).length
      expect(await count({})).toBe(2)
      expect(await count({ user: { id: 1, tags: ['a'] } })).toBe(1)
      expect(await count({ "a' OR 1=1": 1 })).toBe(1)
      const hostile = [
        '{"__proto__":{}}',
        '{"constructor":{}}',
        '{"toString":null}',
        `{"' OR '1'='1":"1"}`,
        '{"user":{}}',
      ]
      for (const filter of hostile) expect(await count(JSON.parse(filter))).toBe(0)
      expect(await count({ source: 'loop', unknown: 1 })).toBe(0)
      expect(await count({ hasOwnProperty: Object.prototype.hasOwnProperty })).toBe(0)
    })

    test('lists checkpoints newest first, over pages, threads and subgraphs', async () => {
      const saver = await savers.saver()
      const ids = await putChain(saver, thread('t'), 105)
      expect(await listed(saver.list(thread('t')))).toEqual(ids.toReversed())
      const before = { configurable: { checkpoint_id: ids[50] } }
      expect(await listed(saver.list(thread('t'), { before, limit: 3 }))).toEqual([ids[49], ids[48], ids[47]])
      expect(await listed(saver.list(thread('t'), { limit: 0 }))).toEqual([])
      const [other] = await putChain(saver, thread('u'), 1)
      const [sub] = await putChain(saver, thread('t', 'sub'), 1)
      const [last] = await putChain(saver, thread('t'), 1)
      expect(await listed(saver.list({}, { limit: 4 }))).toEqual([last, sub, other, ids[104]])
      expect(await listed(saver.list({ configurable: { thread_id: 't' } }, { limit: 2 }))).toEqual([last, sub])
    })

    test('gives writes back by task path, task and place; of repeated ones the first, of errors the last', async () => {
      const saver = await savers.saver()
      const config = await put(saver, thread('t'))
      await saver.putWrites(config, [['b', 1], ['a', 2]], 'task-2', '~__pregel_pull, b') // biome-ignore format: one write, one line
      await saver.putWrites(config, [['c', 3]], 'task-1', '~__pregel_pull, b')
      await saver.putWrites(config, [['d', 4]], 'task-3', '~__pregel_pull, a')
      await saver.putWrites(config, [['e', 5]], 'task-4')
      await saver.putWrites(config, [['c', 'again']], 'task-1', '~__pregel_pull, b')
      for (const message of ['first', 'last']) await saver.putWrites(config, [[ERROR, message]], 'task-1')
      expect((await saver.getTuple(config))?.pendingWrites).toEqual([
        ['task-1', ERROR, 'last'],
        ['task-4', 'e', 5],
        ['task-3', 'd', 4],
        ['task-1', 'c', 3],
        ['task-2', 'b', 1],
        ['task-2', 'a', 2],
      ])
    })

    test('loses no write of tasks that end at the same time', async () => {
      const saver = await savers.saver()
      const config = await put(saver, thread('t'))
      const tasks = Array.from({ length: 24 }, (_, i) => `task-${String(i).padStart(2, '0')}`)
      await Promise.all(tasks.map((task, i) => saver.putWrites(config, [['c', i]], task)))
      expect((await saver.getTuple(config))?.pendingWrites).toEqual(tasks.map((task, i) => [task, 'c', i]))
    })

    test('takes writes for a checkpoint that is still on its way', async () => {
      const saver = await savers.saver()
      const id = uuid6(0)
      await saver.putWrites(
        { configurable: { thread_id: 't', checkpoint_ns: '', checkpoint_id: id } },
        [['c', 1]],
        'task',
      )
      await put(saver, thread('t'), { id })
      expect((await saver.getTuple(thread('t')))?.pendingWrites).toEqual([['task', 'c', 1]])
    })

    test('replaces a checkpoint that is put again, which takes the values that have not changed from itself', async () => {
      const saver = await savers.saver()
      const [first] = await putChain(saver, thread('t'), 1)
      const parent = { configurable: { ...thread('t').configurable, checkpoint_id: first } }
      const id = idOf(await put(saver, parent, { values: { i: 5 } }))
      const again = {
        v: 4,
        id,
        ts: 'later',
        channel_values: { i: 5 },
        channel_versions: { i: 1 },
        versions_seen: { n: {} },
      }
      await saver.put(parent, again, { source: 'loop', step: 9, parents: {} }, {})
      expect(await listed(saver.list(thread('t')))).toEqual([id, first])
      expect(await saver.getTuple(thread('t'))).toMatchObject({ checkpoint: again, metadata: { step: 9 } })
    })

    test('forks a thread where it is allowed; each branch keeps its own values of one version', async () => {
      const saver = await savers.saver()
      const root = await put(saver, thread('t'), { values: { a: 'root' } })
      const branches = await Promise.all(['x', 'y'].map((a) => put(saver, root, { values: { a } })))
      for (const [i, branch] of branches.entries()) {
        const next = { v: 4, id: uuid6(0), ts: '', channel_values: {}, channel_versions: { a: 1 }, versions_seen: {} }
        const config = await saver.put(branch, next, { source: 'loop', step: 2, parents: {} }, {})
        const tuple = await saver.getTuple(config)
        expect(tuple?.checkpoint.channel_values).toEqual({ a: ['x', 'y'][i] })
        expect(tuple?.parentConfig).toEqual(branch)
      }
    })

    test('lets one of two runs go on from a checkpoint where forks are refused, and tells the other', async () => {
      const { store, namespace } = await savers.place()
      const saver = new DescartesSaver(store, { namespace, forks: 'refuse' })
      const root = await put(saver, thread('t'), { values: { a: 'root' } })
      const runs = await Promise.allSettled([1, 2, 3, 4].map((a) => put(saver, root, { values: { a } })))
      expect(runs.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const refused = runs.flatMap((run) => (run.status === 'rejected' ? [run.reason] : []))
      const newest = await saver.getTuple(thread('t'))
      for (const error of refused) {
        expect(error).toBeInstanceOf(ForkRefusedError)
        expect(error).toMatchObject({
          ...{ code: 'FORK_REFUSED', retryable: false, threadId: 't', checkpointNs: '' },
          ...{ parentId: idOf(root), newestId: idOf(newest?.config) },
        })
      }
      await expect(put(saver, thread('t'))).rejects.toMatchObject({ code: 'FORK_REFUSED', parentId: undefined })
      const next = await put(saver, newest?.config ?? {}, { values: { a: 'next' } })
      await put(saver, newest?.config ?? {}, { values: { a: 'again' }, id: idOf(next) })
      expect(await listed(saver.list(thread('t')))).toEqual([idOf(next), idOf(newest?.config), idOf(root)])
      // The same without the option: the thread has forked.
      const allowing = new DescartesSaver(store, { namespace })
      await put(allowing, root, { values: { a: 'fork' } })
      expect(await listed(saver.list(thread('t')))).toHaveLength(4)
    })

    test('refuses what a run writes to a thread that was deleted under it, in its subgraphs, too', async () => {
      const saver = await savers.saver()
      const late = await put(saver, thread('t'), { values: { a: 1 } })
      const sub = await put(saver, thread('t', 'sub'), { metadata: { parents: { '': idOf(late) } } })
      await saver.putWrites(late, [['c', 1]], 'task')
      await put(saver, thread('t2'))
      await saver.deleteThread('t')
      const inTheGraph = { metadata: { parents: { '': idOf(late) } } }
      const writes = () => [
        put(saver, late),
        put(saver, sub),
        put(saver, thread('t', 'new'), inTheGraph),
        saver.putWrites(late, [['c', 2]], 'task'),
        saver.putWrites(late, [['c', 2]], 'other task'),
        saver.putWrites(sub, [['c', 2]], 'task'),
      ]
      const expectRefused = async () => {
        for (const write of await Promise.allSettled(writes())) {
          expect(write).toMatchObject({ status: 'rejected', reason: { code: 'THREAD_DELETED', threadId: 't' } })
          expect((write as PromiseRejectedResult).reason).toBeInstanceOf(ThreadDeletedError)
        }
      }
      await expectRefused()
      expect(await listed(saver.list({}))).toHaveLength(1)
      for (const config of [late, sub, thread('t'), thread('t', 'new')])
        expect(await saver.getTuple(config)).toBeUndefined()
      // A new run on the same id begins empty, and the late one is refused as before.
      const begun = await put(saver, thread('t'), { values: { a: 'new' } })
      await put(saver, thread('t', 'sub'), { metadata: { parents: { '': idOf(begun) } } })
      await expectRefused()
      expect(await listed(saver.list({ configurable: { thread_id: 't' } }))).toHaveLength(2)
      expect(await saver.getTuple(late)).toBeUndefined()
      expect(await saver.getTuple(thread('t'))).toMatchObject({ checkpoint: { channel_values: { a: 'new' } } })
      expect((await saver.getTuple(begun))?.pendingWrites).toEqual([])
      const next = await put(saver, begun)
      await saver.putWrites(next, [['c', 1]], 'task')
      expect((await saver.getTuple(next))?.pendingWrites).toHaveLength(1)
      await saver.deleteThread('t')
      await saver.deleteThread('t')
      expect(await listed(saver.list(thread('t')))).toEqual([])
      await expect(put(saver, next)).rejects.toMatchObject({ code: 'THREAD_DELETED' })
    })

    test('deletes one thread, and no other that is called alike', async () => {
      const saver = await savers.saver()
      const alike = ['a', 'a"', 'a","', 'aa', 'A', 'a,', '']
      for (const id of alike) await put(saver, thread(id))
      await saver.deleteThread('a')
      const left = await Promise.all(alike.map(async (id) => (await saver.getTuple(thread(id))) !== undefined))
      expect(left).toEqual([false, true, true, true, true, true, true])
    })

    test('takes the values of a checkpoint as they are given when its parent was pruned', async () => {
      const { store, namespace } = await savers.place()
      const saver = new DescartesSaver(store, { namespace })
      const parent = await put(saver, thread('t'), { values: { a: 1 } })
      await put(saver, parent, { values: { a: 2 } })
      await store.withNamespace(namespace).pruneRevisions({ keepLast: 1 })
      const next = {
        v: 4,
        id: uuid6(0),
        ts: '',
        channel_values: { a: 1 },
        channel_versions: { a: 1 },
        versions_seen: {},
      }
      const config = await saver.put(parent, next, { source: 'fork', step: 2, parents: {} }, {})
      expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({ a: 1 })
    })

    test('stores of a step what has changed, not the whole', async () => {
      const { store, namespace } = await savers.place()
      const saver = new DescartesSaver(store, { namespace })
      let config = thread('t')
      const messages: HumanMessage[] = []
      for (let i = 1; i <= 40; i++) {
        messages.push(new HumanMessage({ content: `message ${i} `.repeat(20), id: `m${i}` }))
        const versions = { messages: i }
        const values = { messages, unchanged: 'x'.repeat(1000) }
        const channel_versions = { messages: i, unchanged: 1 }
        const checkpoint = { v: 4, id: uuid6(0), ts: '', channel_values: values, channel_versions, versions_seen: {} }
        config = await saver.put(
          config,
          checkpoint,
          { source: 'loop', step: i, parents: {} },
          i === 1 ? channel_versions : versions,
        )
      }
      const { items } = await store.withNamespace(namespace).listRevisions('["t",""]', { limit: 40 })
      const whole = items.reduce((sum, { size }) => sum + size, 0)
      const stored = items.reduce((sum, { storedBytes }) => sum + storedBytes, 0)
      expect(items).toHaveLength(40)
      expect(stored).toBeLessThan(whole / 10)
      const tuple = await saver.getTuple(config)
      expect(tuple?.checkpoint.channel_values).toEqual({ messages, unchanged: 'x'.repeat(1000) })
    })
  })
}
