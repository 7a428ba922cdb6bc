import { CompactingDescartesSession, type DescartesSession } from '@descartes/openai-agents'
import type { AgentState, StateStore } from '@descartes/sdk'
import {
  Agent,
  type AgentInputItem,
  OpenAIResponsesCompactionSession,
  run,
  type Session,
  setTracingDisabled,
} from '@openai/agents'
import { assistantMessage, ScriptedModel } from '@openai/agents/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Backend } from '../../sdk/tests/backends.ts'
import { said } from './items.ts'
import { brief, QUESTION, tripAgent, WHOLE } from './runs/trip-agent.ts'
import { Sessions } from './sessions.ts'

const COMPACTED: AgentInputItem[] = [{ type: 'compaction', id: 'cmp', encrypted_content: 'x' }]

/** Compacts whatever the history is, by an API that answers with this. */
function compaction(underlyingSession: Session, compact: () => Promise<unknown>) {
  const usage = { input_tokens: 10, output_tokens: 1, total_tokens: 11 }
  const client = { responses: { compact: async () => ({ output: (await compact()) ?? COMPACTED, usage }) } }
  const shouldTriggerCompaction = ({ sessionItems }: { sessionItems: AgentInputItem[] }) => sessionItems.length >= 8
  return new OpenAIResponsesCompactionSession({ underlyingSession, client: client as never, shouldTriggerCompaction })
}

/** Histories that the Responses API compacts. */
export function testCompaction(backend: Backend): void {
  describe(`a compaction on ${backend.name}`, () => {
    let made: Sessions
    beforeAll(() => {
      setTracingDisabled(true)
      made = new Sessions(backend)
    })
    afterAll(() => made.close())

    async function compacting(compact: () => Promise<unknown> = async () => undefined) {
      const { store, sessionId, agentId } = await made.place()
      const compactor = (underlyingSession: Session) => compaction(underlyingSession, compact)
      const session = new CompactingDescartesSession(store, { sessionId, compactor })
      return {
        session,
        other: await made.session(sessionId),
        versions: () => versionsOf(store, agentId),
        purge: () => store.purgeAgent(agentId),
      }
    }

    /** How many items each version of a history holds. */
    async function versionsOf(store: StateStore, agentId: string): Promise<number[]> {
      const { items } = await store.listRevisions(agentId)
      const loaded = items.toReversed().map(({ version }) => store.loadAgentState(agentId, { version }))
      return (await Promise.all(loaded)).map(
        (agent) => ((agent as AgentState).state as unknown as { items: [] }).items.length,
      )
    }

    const itemsOf = async (session: DescartesSession) => (await session.getItems()).map(brief)

    test('replaces the history in one version, once a run has ended', async () => {
      const { session, versions } = await compacting()
      const result = await run(tripAgent(), QUESTION, { session })
      expect(await itemsOf(session)).toEqual(['compaction'])
      expect(await versions()).toEqual([WHOLE.length, 1])
      expect(result.state.usage.totalTokens).toBeGreaterThanOrEqual(11)
      const model = new ScriptedModel([[assistantMessage('Yes')]])
      await run(new Agent({ name: 'Next', model }), 'Sure?', { session })
      expect(await itemsOf(session)).toEqual(['compaction', 'user', 'assistant'])
    })

    test("by the SDK's own session works, too, but a version between the two is empty", async () => {
      const { store, sessionId, agentId } = await made.place()
      const underlying = await made.session(sessionId)
      await run(tripAgent(), QUESTION, { session: compaction(underlying, async () => undefined) })
      expect(await itemsOf(underlying)).toEqual(['compaction'])
      expect(await versionsOf(store, agentId)).toEqual([WHOLE.length, 0, 1])
    })

    test('leaves the history as it is when the API fails', async () => {
      const { session } = await compacting(() => Promise.reject(new Error('overloaded')))
      await expect(run(tripAgent(), QUESTION, { session })).rejects.toThrow('overloaded')
      expect(await itemsOf(session)).toEqual(WHOLE)
    })

    test('drops no item that others add while the API is asked', async () => {
      const { session, other } = await compacting(() => other.addItems([said('meanwhile')]) as Promise<unknown>)
      await run(tripAgent(), QUESTION, { session })
      expect(await itemsOf(session)).toEqual([...WHOLE, 'user'])
    })

    test('is left to others once they have written to the history that the run has read', async () => {
      const compact = vi.fn(async () => undefined)
      const { session, other } = await compacting(compact)
      const agent = tripAgent({ onTool: (city) => (city === 'Oslo' ? other.addItems([said('meanwhile')]) : undefined) })
      await run(agent, QUESTION, { session })
      expect(compact).not.toHaveBeenCalled()
      expect(await itemsOf(session)).toEqual(['user', ...WHOLE])
    })

    test('brings nothing back of a session that is purged, and begun anew, while the API is asked', async () => {
      let begin: (() => Promise<unknown>) | undefined
      const { session, other, purge } = await compacting(async () => {
        await purge()
        await begin?.()
      })
      begin = () => other.addItems([said('new')])
      await session.addItems([said('a')])
      await session.runCompaction({ force: true })
      expect(await other.getItems()).toEqual([said('new')])
      begin = undefined
      await session.runCompaction({ force: true })
      expect(await other.getItems()).toEqual([])
    })

    test('is not for who has read another session', async () => {
      const items = Array.from({ length: 8 }, (_, i) => said(`${i}`))
      const [one, two] = [(await compacting()).session, (await compacting()).session]
      await Promise.all([one.addItems(items), two.addItems(items)])
      const { ownership } = await one.getItemsWithCompactionOwnership()
      for (const none of [ownership, null, {}])
        expect(await two.runCompaction({}, undefined, none, { items })).toBeNull()
      expect(await one.runCompaction({}, undefined, ownership, { items })).not.toBeNull()
    })

    test('needs a compactor', async () => {
      const { store } = await made.place()
      expect(() => new CompactingDescartesSession(store, {} as never)).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT', path: 'compactor' }),
      )
      const compactor = (async (session: Session) => compaction(session, async () => undefined)) as never
      const compacting = new CompactingDescartesSession(store, { compactor })
      await expect(compacting.runCompaction({ force: true })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        path: 'compactor',
        received: expect.stringContaining('Promise'),
      })
    })

    test('is done when it is asked for, and not when there is too little of it', async () => {
      const compact = vi.fn(async () => undefined)
      const { session } = await compacting(compact)
      await session.addItems([said('a')])
      expect(await session.runCompaction()).toBeNull()
      expect(compact).not.toHaveBeenCalled()
      expect(await session.runCompaction({ force: true })).toMatchObject({ usage: { totalTokens: 11 } })
      expect(await itemsOf(session)).toEqual(['compaction'])
    })

    test('keeps the operations that were applied', async () => {
      const { session } = await compacting()
      const operation = { operationId: 'o', transaction: { type: 'append_items' as const, items: [said('a')] } }
      await session.applyHistoryTransaction(operation)
      await session.runCompaction({ force: true })
      await session.applyHistoryTransaction(operation)
      expect(await itemsOf(session)).toEqual(['compaction'])
    })
  })
}
