import { expect, test } from 'vitest'
import { listed, put, putChain, thread } from '../checkpoints.ts'
import type { Savers } from '../savers.ts'

/** What is found by ids, lists and filters. */
export function testFinding(savers: () => Savers): void {
  test('finds any id, whatever it means elsewhere', async () => {
    const saver = await savers().saver()
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
    const saver = await savers().saver()
    await put(saver, thread('t'), { metadata: { user: { id: 1, tags: ['a'] }, "a' OR 1=1": 1 } })
    await put(saver, thread('t'), { metadata: { user: { id: 2, tags: ['a'] } } })
    const count = async (filter: Record<string, unknown>) => (await listed(saver.list(thread('t'), { filter }))).length
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
    const saver = await savers().saver()
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
}
