import { inspect } from 'node:util'
import { DescartesSession } from '@descartes/openai-agents'
import { InvalidInputError } from '@descartes/sdk'
import { expect, test } from 'vitest'
import { call, said, textsOf } from '../items.ts'
import type { Sessions } from '../sessions.ts'

class Point {
  x = 1
}
const cycle: unknown[] = []
cycle.push(cycle)

/** Throws, whatever is done with it. */
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const thrower = () => {
  throw new Error('trap')
}
/** Throws when its name is asked for, as an error's message may. */
const unspeakable = Object.defineProperty({}, Symbol.toStringTag, { get: thrower })
const getterAt0 = Object.defineProperty([], 0, { get: thrower, enumerable: true })
const holes = Object.assign(new Array(1), { named: 1 })

/** The refused argument, and the path that the error names. */
const ITEMS: [unknown, string][] = [
  [undefined, 'items'],
  ['a', 'items'],
  [['a'], 'items/0'],
  [[said('a'), null], 'items/1'],
  [[{ ...said('a'), providerData: { point: new Point() } }], 'items/0/providerData/point'],
  [[{ ...said('a'), providerData: cycle }], 'items/0/providerData/0'],
  [[{ ...said('a'), content: () => 'a' }], 'items/0/content'],
  [[said('a\ud800')], 'items/0/content'],
  [revoked(), 'items'],
  [[revoked()], 'items'],
  [unspeakable, 'items'],
  [{ [inspect.custom]: thrower }, 'items'],
  [getterAt0, 'items'],
]

const transaction = { type: 'append_items', items: [said('z')] }
const OPERATIONS: [unknown, string][] = [
  [undefined, 'args'],
  [[], 'args'],
  [{ transaction }, 'operationId'],
  [{ operationId: 1, transaction }, 'operationId'],
  [{ operationId: '', transaction }, 'operationId'],
  [{ operationId: ' \n', transaction }, 'operationId'],
  [{ operationId: '\ud800', transaction }, 'operationId'],
  [{ operationId: 'o' }, 'transaction'],
  [{ operationId: 'o', transaction: [] }, 'transaction'],
  [{ operationId: 'o', transaction: { items: [] } }, 'transaction/type'],
  [{ operationId: 'o', transaction: { type: '__proto__' } }, 'transaction/type'],
  [{ operationId: 'o', transaction: { type: 'append_items' } }, 'transaction/items'],
  [{ operationId: 'o', transaction: { ...transaction, expectedSuffix: [] } }, 'transaction/expectedSuffix'],
  [{ operationId: 'o', transaction: { type: 'replace_suffix', replacement: [] } }, 'transaction/expectedSuffix'],
  [{ operationId: 'o', transaction: { type: 'replace_suffix', expectedSuffix: [] } }, 'transaction/replacement'],
  [{ operationId: 'o', transaction: { ...transaction, items: [{ type: 'message' }] } }, 'transaction/items/0'],
  [{ operationId: 'o', transaction: { ...transaction, items: cycle } }, 'transaction/items/0'],
  [{ operationId: 'o', transaction: { ...transaction, items: new Array(1) } }, 'transaction/items'],
  ...[
    ...[new Point(), 1n, new Date(0), Symbol('s'), () => 1, Object.defineProperty({}, 'x', { get: () => 1 })],
    ...[getterAt0, holes],
  ].map((odd): [unknown, string] => [
    { operationId: 'o', transaction: { ...transaction, items: [{ ...said('a'), providerData: { odd } }] } },
    'transaction/items/0/providerData/odd',
  ]),
  [revoked(), 'args'],
  [{ operationId: unspeakable, transaction }, 'operationId'],
  [
    { operationId: 'o', transaction: { ...transaction, items: [{ ...said('a'), providerData: { 'a/b~c': 1n } }] } },
    'transaction/items/0/providerData/a~1b~0c',
  ],
  [{ operationId: 'o', transaction: new Proxy({}, { ownKeys: () => { throw new Error('trap') } }) }, 'args'], // biome-ignore format: one case, one line
]

const MUTATIONS: [unknown, string][] = [
  [revoked(), 'mutations'],
  [{ mutations: [Object.defineProperty({}, 'type', { get: thrower, enumerable: true })] }, 'mutations'],
  [undefined, 'mutations'],
  [{ mutations: {} }, 'mutations'],
  [{ mutations: [null] }, 'mutations/0/type'],
  [{ mutations: [{ type: 'delete' }] }, 'mutations/0/type'],
  [{ mutations: [{ type: 'replace_function_call', replacement: call('c') }] }, 'mutations/0/callId'],
  [{ mutations: [{ type: 'replace_function_call', callId: 'c', replacement: said('a') }] }, 'mutations/0/replacement'],
  [
    { mutations: [{ type: 'replace_function_call', callId: 'c', replacement: { ...call('c'), id: () => 1 } }] },
    'mutations',
  ],
]

/** Bad arguments: each is refused with the name of the field, and nothing is stored. */
export function testRefusals(sessions: () => Sessions): void {
  test('refuses ids that could be taken for others', async () => {
    const { store } = await sessions().place()
    for (const sessionId of ['', 'a\0b', 'x'.repeat(509), '"'.repeat(255), '\ud800', 'e\u0301', 1, null])
      expect(() => new DescartesSession(store, { sessionId: sessionId as string })).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT', path: 'sessionId' }),
      )
  })

  test('refuses what is no store, as one that was not waited for', async () => {
    const { store } = await sessions().place()
    for (const other of [undefined, 'file:./state.db', Promise.resolve(store)])
      expect(() => new DescartesSession(other as never)).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT', path: 'store' }),
      )
  })

  test('refuses an option that it does not know, which would be a session without its id', async () => {
    const { store } = await sessions().place()
    const refused = expect.objectContaining({ code: 'INVALID_INPUT', path: 'options/sesionId' })
    expect(() => new DescartesSession(store, { sesionId: 'x' } as never)).toThrow(refused)
    for (const options of ['x', null])
      expect(() => new DescartesSession(store, options as never)).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT', path: 'options' }),
      )
  })

  test('refuses what is no number of items', async () => {
    const session = await sessions().session()
    for (const limit of [1.5, Number.NaN, '1', null])
      await expect(session.getItems(limit as number)).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'limit' })
  })

  const calls = {
    addItems: ITEMS,
    applyHistoryTransaction: OPERATIONS,
    applyHistoryMutations: MUTATIONS,
  } as const
  for (const [method, cases] of Object.entries(calls) as [keyof typeof calls, [unknown, string][]][])
    test(`refuses in ${method} what it cannot keep, and names the place`, async () => {
      const { store, sessionId, agentId } = await sessions().place()
      const session = await sessions().session(sessionId)
      for (const [argument] of cases) await expect(session[method](argument as never)).rejects.toThrow()
      expect(await store.loadAgentState(agentId)).toBeNull()
      await session.addItems([said('a'), call('c')])
      for (const [argument, path] of cases) {
        const refused = await session[method](argument as never).catch((error: unknown) => error)
        expect(refused).toBeInstanceOf(InvalidInputError)
        expect(refused).toMatchObject({ code: 'INVALID_INPUT', retryable: false, path })
      }
      expect((await store.loadAgentState(agentId))?.version).toBe(1)
      // The session stays usable, and so does the id of the operation.
      await session.applyHistoryTransaction({ operationId: 'o', transaction: transaction as never })
      expect(textsOf(await session.getItems())).toEqual(['a', 'function_call', 'z'])
    })

  test('refuses the id of an agent that is no session', async () => {
    const { store, sessionId, agentId } = await sessions().place()
    await store.saveAgentState({ agentId, name: 'Other', status: 'idle', state: { step: 1 } })
    const session = await sessions().session(sessionId)
    const replacement = [{ type: 'compaction' as const, encrypted_content: 'x' }]
    const uses = [
      () => session.getItems(),
      () => session.popItem(),
      () => session.addItems([said('a')]),
      () => session.replaceHistoryWithCompaction(replacement),
      () => session.clearSession(),
    ]
    for (const use of uses) await expect(use()).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect((await store.loadAgentState(agentId))?.state).toEqual({ step: 1 })
  })
}
