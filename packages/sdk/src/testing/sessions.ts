import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { range, STRANGE_WORDS } from './samples.ts'

const ENDS = ['completed', 'failed', 'cancelled'] as const

/** Sessions, from their start to their end. */
export const sessions: ContractTests = {
  'a session is active from its start, of an agent saved or not': async ({ store }) => {
    const session = await store.startSession({ id: 's1', agentId: 'nobody yet', metadata: { goal: 'x' } })
    const expected = { id: 's1', agentId: 'nobody yet', endedAt: null, status: 'active', metadata: { goal: 'x' } }
    expect(session).toEqual({ ...expected, startedAt: expect.any(Date) })
    expect(await store.getSession('s1')).toEqual(session)
    expect(await store.getSession('s2')).toBeNull()
  },

  'a session gets an id when it has none': async ({ store }) => {
    const [one, two] = [await store.startSession({ agentId: 'a' }), await store.startSession({ agentId: 'a' })]
    expect(one.id).not.toBe(two.id)
    expect(one.metadata).toBeNull()
    expect(await store.getSession(one.id)).toEqual(one)
  },

  'a session that exists is never started again, ended or not': async ({ store }) => {
    const session = await store.startSession({ id: 's1', agentId: 'a' })
    const refusal = { name: 'SessionExistsError', code: 'SESSION_EXISTS', sessionId: 's1' }
    await expect(store.startSession({ id: 's1', agentId: 'b' })).rejects.toMatchObject(refusal)
    expect(await store.getSession('s1')).toEqual(session)
    await store.endSession('s1')
    await expect(store.startSession({ id: 's1', agentId: 'a' })).rejects.toMatchObject(refusal)
  },

  'of racing starts of one session exactly one wins': async ({ store }) => {
    const starts = range(10).map((i) => store.startSession({ id: 's1', agentId: `a${i}` }))
    const results = await Promise.allSettled(starts)
    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(winners).toEqual([await store.getSession('s1')])
  },

  'a session ends as completed, or as it is told': async ({ store }) => {
    for (const status of [undefined, ...ENDS]) {
      const started = await store.startSession({ agentId: 'a', metadata: 'kept' })
      const ended = await store.endSession(started.id, { status })
      expect(ended).toEqual({ ...started, status: status ?? 'completed', endedAt: expect.any(Date) })
      expect((ended.endedAt as Date).getTime()).toBeGreaterThanOrEqual(started.startedAt.getTime())
      expect(await store.getSession(started.id)).toEqual(ended)
    }
  },

  'ending a session again the same way changes nothing, another way is refused': async ({ store }) => {
    for (const status of ENDS) {
      const { id } = await store.startSession({ agentId: 'a' })
      const ended = await store.endSession(id, { status })
      expect(await store.endSession(id, { status })).toEqual(ended)
      for (const other of ENDS.filter((end) => end !== status)) {
        const refusal = {
          name: 'SessionEndedError',
          code: 'SESSION_ENDED',
          sessionId: id,
          status,
          endedAt: ended.endedAt,
        }
        await expect(store.endSession(id, { status: other })).rejects.toMatchObject(refusal)
      }
      expect(await store.getSession(id)).toEqual(ended)
    }
  },

  'a session that does not exist cannot end': async ({ store }) => {
    const refusal = { name: 'SessionNotFoundError', code: 'SESSION_NOT_FOUND', sessionId: 'none' }
    await expect(store.endSession('none')).rejects.toMatchObject(refusal)
    expect(await store.getSession('none')).toBeNull()
  },

  'sessions are listed newest first, by agent, by status, and by both': async ({ store }) => {
    const started = await Promise.all(range(12).map((i) => store.startSession({ agentId: `a${i % 2}` })))
    for (const { id } of started.slice(0, 6)) await store.endSession(id, { status: 'failed' })
    const ids = async (filter?: object) => (await store.listSessions(filter)).items.map(({ id }) => id)
    const expected = (keep: (i: number) => boolean) =>
      started
        .filter((_, i) => keep(i))
        .map(({ id }) => id)
        .toReversed()
    expect(await ids()).toEqual(expected(() => true))
    expect(await ids({ agentId: 'a1' })).toEqual(expected((i) => i % 2 === 1))
    expect(await ids({ status: 'failed' })).toEqual(expected((i) => i < 6))
    expect(await ids({ status: 'active', agentId: 'a0' })).toEqual(expected((i) => i >= 6 && i % 2 === 0))
    expect(await ids({ status: 'cancelled' })).toEqual([])
  },

  'ids of sessions are ordinary text': async ({ store }) => {
    for (const word of STRANGE_WORDS) {
      const session = await store.startSession({ id: word, agentId: word, metadata: word })
      expect(await store.getSession(word)).toEqual(session)
      expect((await store.listSessions({ agentId: word })).items).toEqual([session])
    }
  },
}
