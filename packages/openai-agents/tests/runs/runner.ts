import { DescartesSession } from '@descartes/openai-agents'
import { Agent, RunState, run, type SessionHistoryTransactionArgs, setTracingDisabled } from '@openai/agents'
import { assistantMessage, modelResponder, ScriptedModel } from '@openai/agents/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../../sdk/tests/backends.ts'
import { said } from '../items.ts'
import { Sessions } from '../sessions.ts'
import { brief, QUESTION, tripAgent, WHOLE } from './trip-agent.ts'

/** Stores what it is given, and then loses the answer, so many times. */
class Lossy extends DescartesSession {
  losses = 1
  readonly operations: string[] = []

  override async addItems(...given: Parameters<DescartesSession['addItems']>): Promise<void> {
    await super.addItems(...given)
    this.#lose()
  }

  override async applyHistoryTransaction(args: SessionHistoryTransactionArgs): Promise<void> {
    this.operations.push(args.operationId)
    await super.applyHistoryTransaction(args)
    this.#lose()
  }

  #lose(): void {
    if (this.losses-- > 0) throw new Error('the answer was lost')
  }
}

/** The SDK's runner in one process. */
export function testRunner(backend: Backend): void {
  describe(`a run on ${backend.name}`, () => {
    let made: Sessions
    beforeAll(() => {
      setTracingDisabled(true)
      made = new Sessions(backend)
    })
    afterAll(() => made.close())

    test.each([false, true])('writes what was said, and reads it in the next one (streamed: %s)', async (stream) => {
      const session = await made.session()
      const result = stream
        ? await run(tripAgent(), QUESTION, { session, stream })
        : await run(tripAgent(), QUESTION, { session })
      if ('completed' in result) await result.completed
      expect((await session.getItems()).map(brief)).toEqual(WHOLE)
      const model = new ScriptedModel([[assistantMessage('Yes')]])
      await run(new Agent({ name: 'Next', model }), 'Sure?', { session })
      expect(((model.lastCall?.request.input ?? []) as []).map(brief)).toEqual([...WHOLE, 'user'])
      expect((await session.getItems()).map(brief)).toEqual([...WHOLE, 'user', 'assistant'])
    })

    test('that a person interrupts goes on from its serialized state', async () => {
      const session = await made.session()
      const { state } = await run(tripAgent({ asks: true }), QUESTION, { session })
      const agent = tripAgent({ asks: true })
      const restored = await RunState.fromString(agent, state.toString())
      for (const asked of restored.getInterruptions()) restored.approve(asked)
      expect((await run(agent, restored, { session })).finalOutput).toBe('Bern')
      expect((await session.getItems()).map(brief)).toEqual(WHOLE)
    })

    test('that goes on after an approval doubles nothing when the answer of the store is lost', async () => {
      const { store, sessionId } = await made.place()
      const session = new Lossy(store, { sessionId })
      session.losses = 0
      const agent = tripAgent({ asks: true })
      const { state } = await run(agent, QUESTION, { session })
      for (const asked of state.getInterruptions()) state.approve(asked)
      session.losses = 1
      await expect(run(agent, state, { session })).rejects.toThrow('the answer was lost')
      // Its state is as good in another process.
      const restored = await RunState.fromString(agent, state.toString())
      expect((await run(agent, restored, { session })).finalOutput).toBe('Bern')
      expect((await session.getItems()).map(brief)).toEqual(WHOLE)
    })

    test('whose answer is blocked stores the rest once, though an answer of the store is lost', async () => {
      const { store, sessionId } = await made.place()
      const session = new Lossy(store, { sessionId })
      let mayAnswer = false
      const agent = tripAgent({ mayAnswer: () => mayAnswer })
      const blocked = await run(agent, QUESTION, { session }).catch((error) => error)
      expect(blocked.name).toBe('OutputGuardrailTripwireTriggered')
      expect((await session.getItems()).map(brief)).toEqual(WHOLE.slice(0, -1))
      mayAnswer = true
      expect((await run(agent, blocked.state, { session })).finalOutput).toBe('Bern')
      expect((await session.getItems()).map(brief)).toEqual(WHOLE)
      const [first, repeated, replaced] = session.operations
      expect([repeated, session.operations.length]).toEqual([first, 3])
      expect(replaced).not.toBe(first)
    })

    test('whose state is taken in its midst cannot go on from there: the SDK refuses it', async () => {
      const session = await made.session()
      const result = await run(tripAgent(), QUESTION, { session, stream: true })
      const states: string[] = []
      for await (const event of result)
        if (event.type === 'run_item_stream_event' && event.name === 'tool_output') states.push(result.state.toString())
      expect(states.length).toBeGreaterThan(0)
      for (const state of states)
        await expect(RunState.fromString(tripAgent(), state)).rejects.toThrow('Start a new run')
    })

    test('that the provider compacts begins its history with the compaction', async () => {
      const session = await made.session()
      await run(tripAgent(), QUESTION, { session })
      const compaction = { type: 'compaction', id: 'cmp', encrypted_content: 'x' } as const
      // What others write meanwhile is replaced, too: the SDK gives no hint of what the compaction is of.
      const answer = async () => {
        await session.addItems([said('meanwhile')])
        return [compaction, assistantMessage('Bern')]
      }
      const model = new ScriptedModel([modelResponder(answer)])
      await run(new Agent({ name: 'Compacted', model }), 'Again?', { session })
      expect((await session.getItems()).map(brief)).toEqual(['compaction', 'assistant'])
    })

    test('that is streamed and fails has written its input, and is gone on with', async () => {
      const session = await made.session()
      const model = new ScriptedModel([
        modelResponder(() => {
          throw new Error('overloaded')
        }),
      ])
      const failed = await run(new Agent({ name: 'Trips', model }), QUESTION, { session, stream: true })
      await expect(failed.completed).rejects.toThrow('overloaded')
      expect((await session.getItems()).map(brief)).toEqual(['user'])
      expect((await run(tripAgent(), [], { session })).finalOutput).toBe('Bern')
      expect((await session.getItems()).map(brief)).toEqual(WHOLE)
    })

    test('whose last answer is taken back asks anew', async () => {
      const session = await made.session()
      await run(tripAgent(), QUESTION, { session })
      expect((await session.popItem())?.type).toBe('message')
      expect((await run(tripAgent(), [], { session })).finalOutput).toBe('Bern')
      expect((await session.getItems()).map(brief)).toEqual(WHOLE)
    })
  })
}
