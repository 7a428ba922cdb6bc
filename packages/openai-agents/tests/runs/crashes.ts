import path from 'node:path'
import { DescartesSession } from '@descartes/openai-agents'
import type { AgentState } from '@descartes/sdk'
import { type SessionHistoryTransactionArgs, setTracingDisabled } from '@openai/agents'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../../sdk/tests/backends.ts'
import { finish, killAfter, start } from '../child.ts'
import { Sessions } from '../sessions.ts'
import { ask } from './ask.ts'
import { type Job, type Mode, runMode } from './modes.ts'
import { brief, pairOf, QUESTION, tripAgent, WHOLE } from './trip-agent.ts'

const SCRIPT = path.join(import.meta.dirname, 'run.mts')

/** A line of what the process prints: that a run has come to its moment or to its end, or what it is about to apply. */
interface Printed {
  sessionId: string
  reached?: string
  args?: SessionHistoryTransactionArgs
}

interface Moments {
  /** Moments of a run, turn by turn, in which its process is killed. */
  turns: readonly string[]
  /** Moments after a person has approved. */
  approved: readonly string[]
}

/** The SDK's runner in a process that is killed, and another that goes on. */
export function testCrashes(backend: Backend, { turns, approved }: Moments): void {
  describe(`a run on ${backend.name} whose process is killed`, () => {
    const jobs = [
      job('whole', 'tool Oslo'),
      job('turns', 'tool Oslo'),
      ...turns.map((moment) => job('turns', moment)),
      ...approved.map((moment) => job('yes', moment)),
      { ...job('yes', 'write 2'), sessionId: 'control' },
      job('blocked', 'write 1'),
    ]
    let made: Sessions
    let printed: Printed[]

    // A process takes long to start: one has all the runs, each on a session of its own, and is killed when each has come to
    // its moment.
    beforeAll(async () => {
      setTracingDisabled(true)
      made = new Sessions(backend)
      const { url } = await made.place()
      for (const { mode, sessionId } of jobs)
        if (mode === 'yes') expect(await (await place(sessionId)).run('asks')).toBe('waiting for price-Oslo')
      const child = start(SCRIPT, url, ...jobs.map((given) => JSON.stringify(given)))
      const lines = await killAfter(child, jobs.length, /"(reached|result)":/)
      printed = lines.map((line) => JSON.parse(line))
    })
    afterAll(() => made.close())

    async function place(sessionId: string) {
      const { store } = await made.place()
      const session = new DescartesSession(store, { sessionId })
      return {
        /** This process goes on, as the next one does in life. */
        run: (mode: Mode) => runMode(store, session, mode),
        history: async () => (await session.getItems()).map(brief),
        session,
        /** Takes what was written for the end of a turn, whatever it was. */
        acknowledge: async () => {
          const { state, agentId, name, status } = (await store.loadAgentState(sessionId)) as AgentState
          const version = (await store.loadAgentState(session.agentId))?.version
          await store.saveAgentState({ agentId, name, status, state: { ...(state as object), version } })
        },
      }
    }

    /** The place of a run that was killed, and what it had printed. */
    async function killed({ sessionId, moment }: Required<Job>) {
      const lines = printed.filter((line) => line.sessionId === sessionId)
      expect(lines.at(-1)).toEqual({ sessionId, reached: moment })
      return { ...(await place(sessionId)), printed: lines.slice(0, -1) }
    }

    test('in a tool: it has written nothing, and can be run again', async () => {
      const { run, history } = await killed(job('whole', 'tool Oslo'))
      expect(await history()).toEqual([])
      expect(await run('whole')).toBe('Bern')
      expect(await history()).toEqual(WHOLE)
    })

    test('in a tool, turn by turn: the turns before stay, and only its own is run again', async () => {
      const { run, history } = await killed(job('turns', 'tool Oslo'))
      expect(await history()).toEqual(['user', ...pairOf('Rome')])
      expect(await run('turns')).toBe('Bern')
      expect(await history()).toEqual(WHOLE)
    })

    test.each(turns)('at %s, turn by turn: no item is lost, and none is doubled', async (moment) => {
      const { run, history } = await killed(job('turns', moment))
      // Twice: whoever asks may not have got the answer.
      for (let i = 0; i < 2; i++) expect(await run('turns')).toBe('Bern')
      expect(await history()).toEqual(WHOLE)
    })

    test('while it waits for a person: the answer goes to another process', async () => {
      const { url, sessionId } = await made.place()
      const { run, history } = await place(sessionId)
      for (let i = 0; i < 2; i++) {
        expect(await run('asks')).toBe('waiting for price-Oslo')
        expect(await history()).toEqual(['user', ...pairOf('Rome'), 'function_call price-Oslo'])
      }
      const answer = await finish(start(SCRIPT, url, JSON.stringify({ sessionId, mode: 'yes' })))
      expect(JSON.parse(answer)).toEqual({ sessionId, result: 'Bern' })
      expect(await history()).toEqual(WHOLE)
    })

    test('while it waits for a person: a decision on another call, such as one before, is none on this', async () => {
      const { store, sessionId } = await made.place()
      const { session } = await place(sessionId)
      const agent = tripAgent({ asks: true, turnByTurn: true })
      const decisions = new Map([['price-Rome', true]])
      const answer = await ask({ store, session, agent }, { id: 'request 1', question: QUESTION }, decisions)
      expect(answer).toBe('waiting for price-Oslo')
    })

    test.each(approved)(
      'at %s, once a person has approved: nothing is lost, and nothing is doubled',
      async (moment) => {
        const { run, history } = await killed(job('yes', moment))
        expect(await run('yes')).toBe('Bern')
        expect(await history()).toEqual(WHOLE)
      },
    )

    test('control: an item that is written twice would be seen', async () => {
      const { run, history, acknowledge } = await killed({ ...job('yes', 'write 2'), sessionId: 'control' })
      await acknowledge()
      await run('yes')
      const doubled = 'function_call_result price-Oslo'
      expect((await history()).filter((item) => item === doubled)).toHaveLength(2)
    })

    test('before it knows that its transaction was stored: repeated by another process, it changes nothing', async () => {
      const { history, session, printed } = await killed(job('blocked', 'write 1'))
      const blocked = WHOLE.slice(0, -1)
      expect(await history()).toEqual(blocked)
      expect(printed).toHaveLength(1)
      for (const { args } of printed) await session.applyHistoryTransaction(args as SessionHistoryTransactionArgs)
      expect(await history()).toEqual(blocked)
    })
  })
}

/** A run on a session of its own, which stays at a moment. */
function job(mode: Mode, moment: string): Required<Job> {
  return { sessionId: `${mode} at ${moment}`, mode, moment }
}
