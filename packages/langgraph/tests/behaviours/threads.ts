import { DescartesSaver, DescartesStore, ForkRefusedError, ThreadDeletedError } from '@descartes/langgraph'
import { openStateStore } from '@descartes/sdk'
import type { RunnableConfig } from '@langchain/core/runnables'
import { emptyCheckpoint, uuid6 } from '@langchain/langgraph-checkpoint'
import { expect, test } from 'vitest'
import { plant } from '../../../sdk/tests/faulty-store.ts'
import { idOf, listed, put, putUnchanged, thread } from '../checkpoints.ts'
import type { Savers } from '../savers.ts'

interface Step {
  step: number
}

/** Takes other states than a saver's, and would keep nothing of those. */
const STEPS = {
  '~standard': { version: 1 as const, vendor: 'test', validate: () => ({ value: { step: 0 } }) },
}

/** Runs that write to one thread, or to one that was deleted. */
export function testThreads(savers: () => Savers): void {
  test('forks a thread where it is allowed; each branch keeps its own values of one version', async () => {
    const saver = await savers().saver()
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
    const { store } = await savers().place()
    const saver = new DescartesSaver(store, { forks: 'refuse' })
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
    const allowing = new DescartesSaver(store)
    await put(allowing, root, { values: { a: 'fork' } })
    expect(await listed(saver.list(thread('t')))).toHaveLength(4)
  })

  test('keeps a channel as it was put, whatever a graph does to its value afterwards', async () => {
    const saver = await savers().saver()
    const make = () => ({
      log: [{ said: 'one' }],
      seen: new Map([['a', new Set([1])]]),
      at: new Date(0),
      bytes: [Buffer.of(1, 2), new Float64Array([1]).subarray(0), new DataView(new ArrayBuffer(2)), new ArrayBuffer(1)],
      page: new URL('https://example.org/one'),
      pattern: /a/g,
    })
    const values = make()
    const root = await put(saver, thread('t'), { values })
    values.log.push({ said: 'two' })
    values.seen.get('a')?.add(2)
    values.at.setTime(9)
    for (const bytes of values.bytes) Buffer.from('buffer' in bytes ? bytes.buffer : bytes)[0] = 9
    values.page.pathname = 'two'
    values.pattern.exec('a')
    const config = await putUnchanged(saver, root, Object.fromEntries(Object.keys(values).map((key) => [key, 1])))
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toStrictEqual(make())
  })

  test('refuses options that it does not know: a protection that is misspelt would be none', async () => {
    const { store } = await savers().place()
    const refused = (path: string) => expect.objectContaining({ code: 'INVALID_INPUT', path })
    expect(() => new DescartesSaver(store, { fork: 'refuse' } as never)).toThrow(refused('options/fork'))
    expect(() => new DescartesSaver(store, { forks: 'no' } as never)).toThrow(refused('forks'))
    for (const other of [undefined, 'file:./state.db', Promise.resolve(store)])
      for (const Class of [DescartesSaver, DescartesStore])
        expect(() => new Class(other as never)).toThrow(refused('store'))
  })

  test('keeps threads in a store whose schema is for other agents', async () => {
    const { url, namespace } = await savers().place()
    await using typed = await openStateStore<Step>({
      url,
      namespace,
      schema: STEPS,
      schemaVersion: 2,
      upcasters: { 1: () => 1 },
    })
    const saver = new DescartesSaver(typed)
    const config = await put(saver, await put(saver, thread('t'), { values: { log: ['a'] } }), {
      values: { log: ['b'] },
    })
    await saver.putWrites(config, [['log', 'c']], 'task')
    const tuple = await new DescartesSaver(typed).getTuple(thread('t'))
    expect(tuple?.checkpoint.channel_values).toEqual({ log: ['b'] })
    expect(tuple?.pendingWrites).toEqual([['task', 'log', 'c']])
  })

  test('leaves the newest checkpoint the newest when one before it is put again as it was', async () => {
    const saver = await savers().saver()
    const channel_versions = { step: 1 }
    const first = { ...emptyCheckpoint(), id: uuid6(0), channel_values: { step: 1 }, channel_versions }
    const putFirst = () => saver.put(thread('t'), first, { source: 'loop', step: 0, parents: {} }, channel_versions)
    const newest = await put(saver, await putFirst(), { values: { step: 2 } })
    await putFirst()
    expect((await saver.getTuple(thread('t')))?.config).toEqual(newest)
  })

  test('sees what another saver has written since its own last checkpoint', async () => {
    const { store } = await savers().place()
    const mine = new DescartesSaver(store)
    const others = new DescartesSaver(store)
    const root = await put(mine, thread('t'), { values: { a: 'root' } })
    const theirs = await put(others, root, { values: { a: 'theirs' } })
    await expect(put(new DescartesSaver(store, { forks: 'refuse' }), root)).rejects.toMatchObject({
      newestId: idOf(theirs),
    })
    const fork = await put(mine, root, { values: { a: 'mine' } })
    expect(await listed(mine.list(thread('t')))).toEqual([idOf(fork), idOf(theirs), idOf(root)])
    expect((await others.getTuple(theirs))?.checkpoint.channel_values).toEqual({ a: 'theirs' })
    await others.deleteThread('t')
    await expect(put(mine, fork)).rejects.toMatchObject({ code: 'THREAD_DELETED' })
    const begun = await put(others, thread('t'), { values: { a: 'new' } })
    await expect(put(mine, fork)).rejects.toMatchObject({ code: 'THREAD_DELETED' })
    expect(await listed(mine.list(thread('t')))).toEqual([idOf(begun)])
  })

  test('loads nothing to go on from what it put last, in as many threads as there are', async () => {
    const { store } = await savers().place()
    const loaded: string[] = []
    const counted = plant(store, (sound) => ({
      loadAgentState: (agentId, options) => {
        loaded.push(agentId)
        return sound.loadAgentState(agentId, options)
      },
    }))
    const saver = new DescartesSaver(counted)
    const ids = Array.from({ length: 50 }, (_, i) => `t${i}`)
    let newest = await Promise.all(ids.map((id) => put(saver, thread(id), { values: { step: 0 } })))
    for (const step of [1, 2])
      newest = await Promise.all(newest.map((parent) => put(saver, parent, { values: { step } })))
    expect(loaded).toEqual([])
    // More than is worth its memory.
    const [one, other, ...rest] = newest as [RunnableConfig, RunnableConfig]
    const large = await put(saver, one, { values: { text: 'x'.repeat(5 * 2 ** 20) } })
    await put(saver, large)
    expect(loaded).toEqual(['["t0",""]'])
    await put(new DescartesSaver(store), other)
    await put(saver, other)
    await Promise.all(rest.map((parent) => put(saver, parent)))
    expect(new Set(loaded)).toEqual(new Set(['["t0",""]', '["t1",""]']))
  })

  test('goes on from a checkpoint that was erased, with what it is given', async () => {
    const { store } = await savers().place()
    const saver = new DescartesSaver(store)
    const root = await put(saver, thread('t'), { values: { a: 'root' } })
    await store.purgeAgent('["t",""]')
    const next = await put(saver, root, { values: { a: 'next' } })
    expect(await listed(saver.list(thread('t')))).toEqual([idOf(next)])
    expect((await saver.getTuple(next))?.checkpoint.channel_values).toEqual({ a: 'next' })
  })

  test('refuses what a run writes to a thread that was deleted under it, in its subgraphs, too', async () => {
    const saver = await savers().saver()
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

  test('takes the writes of a new run on a deleted thread, which arrive while its first checkpoint does', async () => {
    const { store } = await savers().place()
    const saver = new DescartesSaver(store)
    await put(saver, thread('t'))
    await saver.deleteThread('t')
    const id = uuid6(0)
    let arrive: (() => Promise<unknown>) | undefined = () => put(saver, thread('t'), { id })
    const between = plant(store, (sound) => ({
      listAgents: async (filter) => {
        const page = await sound.listAgents(filter)
        const arriving = arrive?.()
        arrive = undefined
        await arriving
        return page
      },
    }))
    const named = { configurable: { ...thread('t').configurable, checkpoint_id: id } }
    await new DescartesSaver(between).putWrites(named, [['c', 1]], 'task')
    expect((await saver.getTuple(thread('t')))?.pendingWrites).toEqual([['task', 'c', 1]])
  })

  test('keeps to the namespace of its handle, and leaves agents of the caller there alone', async () => {
    const { store } = await savers().place()
    const input = { name: 'Mine', status: 'checkpoint', state: {} }
    const mine = ['mine', '["x"]', '["x",1]', '["x","y","z"]', '["']
    for (const agentId of mine) await store.saveAgentState({ agentId, ...input })
    const [saver, other] = [store, store.withNamespace('another')].map((handle) => new DescartesSaver(handle))
    if (saver === undefined || other === undefined) throw new Error('there are two')
    const [here, there] = [await put(saver, thread('t')), await put(other, thread('t'))]
    expect([await listed(saver.list({})), await listed(other.list({}))]).toEqual([[idOf(here)], [idOf(there)]])
    await saver.deleteThread('t')
    expect([await saver.getTuple(thread('t')), idOf((await other.getTuple(thread('t')))?.config)]).toEqual([
      undefined,
      idOf(there),
    ])
    expect((await store.listAgents()).items.map(({ agentId }) => agentId).sort()).toEqual(mine.toSorted())
  })

  test('deletes one thread, and no other that is called alike', async () => {
    const saver = await savers().saver()
    const alike = ['a', 'a"', 'a","', 'aa', 'A', 'a,', '']
    for (const id of alike) await put(saver, thread(id))
    await saver.deleteThread('a')
    const left = await Promise.all(alike.map(async (id) => (await saver.getTuple(thread(id))) !== undefined))
    expect(left).toEqual([false, true, true, true, true, true, true])
  })
}
