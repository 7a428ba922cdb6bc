import path from 'node:path'
import { DescartesSession } from '@descartes/openai-agents'
import type { AgentState } from '@descartes/sdk'
import { setTracingDisabled } from '@openai/agents'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { finish, killAt, start } from '../child.ts'
import { type Backend, Sessions } from '../sessions.ts'
import { type Mode, runMode } from './modes.ts'
import { brief, pairOf, WHOLE } from './trip-agent.ts'

const SCRIPT = path.join(import.meta.dirname, 'run.mts')

interface Moments {
  /** Moments of a run, turn by turn, in which its process is killed. */
  turns: readonly string[]
  /** Moments after a person has approved. */
  approved: readonly string[]
}

/** The SDK's runner in a process that is killed, and another that goes on. */
export function testCrashes(backend: Backend, { turns, approved }: Moments): void {
  describe(`a run on ${backend.name} whose process is killed`, () => {
    let made: Sessions
    beforeAll(() => {
      setTracingDisabled(true)
      made = new Sessions(backend)
    })
    afterAll(() => made.close())

    async function place() {
      const { store, url, sessionId } = await made.place()
      const session = new DescartesSession(store, { sessionId })
      return {
        /** This process goes on, as the next one does in life. */
        run: (mode: Mode) => runMode(store, session, mode),
        elsewhere: (mode: Mode) => finish(start(SCRIPT, url, sessionId, mode)),
        killed: (mode: Mode, moment: string) => killAt(start(SCRIPT, url, sessionId, mode, moment), moment),
        history: async () => (await session.getItems()).map(brief),
        session,
        /** Takes what was written for the end of a turn, whatever it was. */
        acknowledge: async () => {
          const turns = store.withNamespace('turns')
          const { state, ...turn } = (await turns.loadAgentState(sessionId)) as AgentState
          const version = (await store.withNamespace('openai-agents').loadAgentState(sessionId))?.version
          await turns.saveAgentState({
            agentId: sessionId,
            name: turn.name,
            status: turn.status,
            state: { ...(state as object), version },
          })
        },
      }
    }

    test('in a tool: it has written nothing, and can be run again', async () => {
      const { run, killed, history } = await place()
      await killed('whole', 'tool Oslo')
      expect(await history()).toEqual([])
      expect(await run('whole')).toBe('Bern')
      expect(await history()).toEqual(WHOLE)
    })

    test('in a tool, turn by turn: the turns before stay, and only its own is run again', async () => {
      const { run, killed, history } = await place()
      await killed('turns', 'tool Oslo')
      expect(await history()).toEqual(['user', ...pairOf('Rome')])
      expect(await run('turns')).toBe('Bern')
      expect(await history()).toEqual(WHOLE)
    })

    test.each(turns)('at %s, turn by turn: no item is lost, and none is doubled', async (moment) => {
      const { run, killed, history } = await place()
      await killed('turns', moment)
      // Twice: whoever asks may not have got the answer.
      for (let i = 0; i < 2; i++) expect(await run('turns')).toBe('Bern')
      expect(await history()).toEqual(WHOLE)
    })

    test('while it waits for a person: the answer goes to another process', async () => {
      const { run, elsewhere, history } = await place()
      for (let i = 0; i < 2; i++) {
        expect(await run('asks')).toBe('waiting')
        expect(await history()).toEqual(['user', ...pairOf('Rome'), 'function_call price-Oslo'])
      }
      expect(await elsewhere('yes')).toBe('Bern')
      expect(await history()).toEqual(WHOLE)
    })

    test.each(approved)(
      'at %s, once a person has approved: nothing is lost, and nothing is doubled',
      async (moment) => {
        const { run, killed, history } = await place()
        expect(await run('asks')).toBe('waiting')
        await killed('yes', moment)
        expect(await run('yes')).toBe('Bern')
        expect(await history()).toEqual(WHOLE)
      },
    )

    test('control: an item that is written twice would be seen', async () => {
      const { run, killed, history, acknowledge } = await place()
      await run('asks')
      await killed('yes', 'write 2')
      await acknowledge()
      await run('yes')
      const doubled = 'function_call_result price-Oslo'
      expect((await history()).filter((item) => item === doubled)).toHaveLength(2)
    })

    test('before it knows that its transaction was stored: repeated by another process, it changes nothing', async () => {
      const { history, session, killed } = await place()
      const printed = await killed('blocked', 'write 1')
      const blocked = WHOLE.slice(0, -1)
      expect(await history()).toEqual(blocked)
      expect(printed).toHaveLength(1)
      for (const args of printed) await session.applyHistoryTransaction(JSON.parse(args))
      expect(await history()).toEqual(blocked)
    })
  })
}
