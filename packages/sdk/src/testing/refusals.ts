import { expect } from 'vitest'
import { StateStoreError } from '../index.ts'
import { errorOf } from './error-of.ts'
import type { ContractTests } from './harness.ts'
import { agent, event, item } from './samples.ts'

/** Errors that tell what to do, limits, and schemas. */
export const refusals: ContractTests = {
  'every refusal is a StateStoreError with a code, and names what it is about': async ({ store }) => {
    await store.saveAgentState(agent())
    await store.startSession({ id: 's1', agentId: 'a' })
    const refused: Record<string, () => Promise<unknown>> = {
      'INVALID_INPUT agentId': () => store.loadAgentState(''),
      'VERSION_CONFLICT researcher': () => store.saveAgentState(agent(), { expectedVersion: 0 }),
      'AGENT_NOT_FOUND nobody': () => store.updateAgentStatus('nobody', 'x'),
      'SNAPSHOT_NOT_FOUND none': () => store.restoreSnapshot('none'),
      'SESSION_EXISTS s1': () => store.startSession({ id: 's1', agentId: 'a' }),
      'SESSION_NOT_FOUND none': () => store.endSession('none'),
    }
    for (const [expected, call] of Object.entries(refused)) {
      const [code, subject] = expected.split(' ') as [string, string]
      const error = await errorOf(call())
      expect(error).toBeInstanceOf(StateStoreError)
      expect(error).toMatchObject({ code, retryable: false, name: error.constructor.name })
      expect(error.message).toContain(subject)
    }
  },

  'an input that is refused is named with what was expected and what was got': async ({ store }) => {
    const save = store.saveEvents([event(), event({ metadata: { list: [1, () => 2] } })])
    const error = await save.catch((error: unknown) => error)
    expect(error).toMatchObject({
      path: 'inputs/1/metadata/list/1',
      expected: expect.any(String),
      received: 'a function',
    })
    expect((error as Error).message).toContain('inputs/1/metadata/list/1')
  },

  'a state as large as the limit is saved, one byte more is refused': async ({ open }) => {
    const store = await open({ limits: { stateBytes: 20, metadataBytes: 10, contentBytes: 5 } })
    expect(store.limits).toMatchObject({ stateBytes: 20, metadataBytes: 10, contentBytes: 5, pageSize: 1000 })
    expect(store.withNamespace('other').limits).toBe(store.limits)
    expect(await store.saveAgentState(agent({ state: 'x'.repeat(18), metadata: 'é'.repeat(4) }))).toMatchObject({
      version: 1,
    })
    expect(await store.saveEvent(event({ content: 'é é' }))).toMatchObject({ content: 'é é' })
    expect(await store.saveItem(item({ value: 'x'.repeat(18), text: 'é é' }))).toMatchObject({ key: 'likes' })
    const tooLarge: [string, () => Promise<unknown>][] = [
      ['state', () => store.saveAgentState(agent({ state: 'x'.repeat(19) }))],
      ['state', () => store.saveAgentState(agent({ state: 'é'.repeat(10) }))],
      ['metadata', () => store.saveAgentState(agent({ metadata: `${'é'.repeat(4)}x` }))],
      ['content', () => store.saveEvent(event({ content: 'é éx' }))],
      ['value', () => store.saveItem(item({ value: 'x'.repeat(19) }))],
      ['text', () => store.saveItem(item({ text: 'é éx' }))],
      ['metadata', () => store.saveTask({ title: 'A', metadata: 'x'.repeat(9) })],
    ]
    for (const [path, call] of tooLarge) await expect(call()).rejects.toMatchObject({ code: 'INVALID_INPUT', path })
    expect(await store.loadAgentState('researcher')).toMatchObject({ version: 1 })
    expect((await store.getEvents('session-1')).items).toHaveLength(1)
  },

  'a schema lets in what fits, and names the place of what does not': async ({ store, open }) => {
    const issues = [{ message: 'must be a number', path: ['step'] }]
    const isFit = (state: unknown) => typeof (state as { step?: unknown } | null)?.step === 'number'
    const validate = (value: unknown) => (isFit(value) ? { value } : { issues })
    const strict = await open({ schema: { '~standard': { version: 1, vendor: 'test', validate } } as never })
    expect(await strict.saveAgentState(agent({ state: { step: 1 } }))).toMatchObject({ state: { step: 1 } })
    const unfit = strict.saveAgentState(agent({ state: { step: 'one' } }))
    await expect(unfit).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'state/step' })
    expect(await strict.loadAgentState('researcher')).toMatchObject({ state: { step: 1 }, version: 1 })
    await store.saveAgentState(agent({ agentId: 'loose', state: 'unfit' }))
    await expect(strict.loadAgentState('loose')).rejects.toMatchObject({
      name: expect.stringMatching(/Error$/),
      path: 'state/step',
    })
  },

  'a snapshot that does not fit the schema is not restored': async ({ store, open }) => {
    await store.saveAgentState(agent({ state: 'unfit' }))
    const snapshot = await store.createSnapshot('researcher')
    const fit = await store.saveAgentState(agent({ state: 1 }))
    const validate = (value: unknown) =>
      typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] }
    const strict = await open({ schema: { '~standard': { version: 1, vendor: 'test', validate } } as never })
    await expect(strict.restoreSnapshot(snapshot.id)).rejects.toMatchObject({ code: expect.any(String), path: 'state' })
    expect(await strict.loadAgentState('researcher')).toEqual(fit)
  },

  'a schema that throws is refused like an unfit state': async ({ open }) => {
    const validate = () => {
      throw new Error('the schema is broken')
    }
    const store = await open({ schema: { '~standard': { version: 1, vendor: 'test', validate } } as never })
    await expect(store.saveAgentState(agent())).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'state' })
    expect((await store.listAgents()).items).toEqual([])
  },
}
