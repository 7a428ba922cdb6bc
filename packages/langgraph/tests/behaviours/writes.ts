import { DescartesSaver } from '@descartes/langgraph'
import { InvalidInputError } from '@descartes/sdk'
import { ERROR, uuid6 } from '@langchain/langgraph-checkpoint'
import { expect, test } from 'vitest'
import { plant } from '../../../sdk/tests/faulty-store.ts'
import { idOf, listed, put, putChain, thread } from '../checkpoints.ts'
import type { Savers } from '../savers.ts'

/** Pending writes, and a checkpoint that is put again. */
export function testWrites(savers: () => Savers): void {
  test('gives writes back by task path, task and place; of repeated ones the first, of errors the last', async () => {
    const saver = await savers().saver()
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
    const { store } = await savers().place()
    const four = Array.from({ length: 4 }, () => new DescartesSaver(store))
    const saver = four[0] as DescartesSaver
    const config = await put(saver, thread('t'))
    const tasks = Array.from({ length: 24 }, (_, i) => `task-${String(i).padStart(2, '0')}`)
    await Promise.all(tasks.map((task, i) => four[i % 4]?.putWrites(config, [['c', i]], task)))
    expect((await saver.getTuple(config))?.pendingWrites).toEqual(tasks.map((task, i) => [task, 'c', i]))
  })

  test('saves what hundreds of tasks write side by side in few versions, and fails those alone whose writes are refused', async () => {
    const { store } = await savers().place()
    let saves = 0
    const counted = plant(store, (sound) => ({
      saveAgentState: (input, options) => {
        saves += 1
        const isHuge = JSON.stringify(input.state).includes('huge')
        if (isHuge) throw new InvalidInputError('state', 'less', 'more')
        return sound.saveAgentState(input, options)
      },
    }))
    const saver = new DescartesSaver(counted)
    const config = await put(saver, thread('t'))
    saves = 0
    const tasks = Array.from({ length: 300 }, (_, i) => String(1000 + i))
    await Promise.all(tasks.map((task) => saver.putWrites(config, [['c', task]], task)))
    expect(saves).toBeLessThanOrEqual(2)
    expect((await saver.getTuple(config))?.pendingWrites?.map(([task]) => task)).toEqual(tasks)
    const values = ['a', 'b', 'huge', 'c']
    const results = await Promise.allSettled(values.map((value) => saver.putWrites(config, [['d', value]], value)))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect((await saver.getTuple(config))?.pendingWrites).toHaveLength(303)
  })

  test('adds to the writes that it put before without loading them, and to those of others', async () => {
    const { store } = await savers().place()
    let loads = 0
    const counted = plant(store, (sound) => ({
      loadAgentState: (agentId, options) => {
        loads += 1
        return sound.loadAgentState(agentId, options)
      },
    }))
    const [saver, other] = [new DescartesSaver(counted), new DescartesSaver(store)]
    const config = await put(saver, thread('t'))
    for (const task of ['1', '2', '3']) await saver.putWrites(config, [['c', task]], task)
    expect(loads).toBe(0)
    await other.putWrites(config, [['c', '4']], '4')
    await saver.putWrites(config, [['c', '5']], '5')
    const written = async () => (await other.getTuple(config))?.pendingWrites?.map(([task]) => task)
    expect(await written()).toEqual(['1', '2', '3', '4', '5'])
    // What is there already is looked at: it may have been erased since.
    await store.purgeAgent(JSON.stringify(['t', '', idOf(config)]))
    await saver.putWrites(config, [['c', '5']], '5')
    expect(await written()).toEqual(['5'])
  })

  test('takes writes for a checkpoint that is still on its way', async () => {
    const saver = await savers().saver()
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
    const saver = await savers().saver()
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
}
