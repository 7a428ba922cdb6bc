import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { DescartesSaver } from '@descartes/langgraph'
import { Command, isInterrupted, type StateSnapshot } from '@langchain/langgraph'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Backend } from '../../../sdk/tests/backends.ts'
import { Savers } from '../savers.ts'
import { textsOf, tripGraph, wish } from './trip.ts'

const ASKED = ['I want to see Rome', 'A trip to Rome']
const COSTS = new Map([
  ['hotel in Rome from 6', 120n],
  ['train to Rome', 80n],
  ['plane to Rome', 200n],
])

/** A real graph on the saver, from its interrupt on. */
export function testTrips(backend: Backend): void {
  describe(`a graph on ${backend.name}`, () => {
    let savers: Savers
    beforeAll(() => {
      savers = new Savers(backend)
    })
    afterAll(() => savers.close())

    async function asked() {
      const { store, url, namespace } = await savers.place()
      const saver = new DescartesSaver(store)
      const graph = tripGraph(saver)
      const config = { configurable: { thread_id: 'rome' } }
      const result = await graph.invoke(wish('Rome'), config)
      if (!isInterrupted(result)) throw new Error('the graph was not interrupted')
      expect(result.__interrupt__[0]?.value).toEqual({ question: 'Book it?', sum: 400 })
      const history = async () => {
        const snapshots: StateSnapshot[] = []
        for await (const snapshot of graph.getStateHistory(config)) snapshots.push(snapshot)
        return snapshots
      }
      return { saver, graph, config, history, url, namespace }
    }

    test('is interrupted, and tells what it waits for', async () => {
      const { graph, config } = await asked()
      const { values, next, tasks } = await graph.getState(config)
      expect(next).toEqual(['ask'])
      expect(tasks[0]?.interrupts[0]?.value).toEqual({ question: 'Book it?', sum: 400 })
      expect(values).toMatchObject({ city: 'Rome', from: new Date('2026-05-06T00:00:00Z'), costs: COSTS })
      expect(textsOf(values.messages)).toEqual(ASKED)
    })

    test('is resumed in another process', async () => {
      const { graph, config, url, namespace } = await asked()
      const script = path.join(import.meta.dirname, 'resume.mts')
      const args = ['--conditions=dev-source', '--import', 'tsx', script, url, namespace, 'rome', 'yes']
      const { stdout } = await promisify(execFile)(process.execPath, args)
      const messages = [...ASKED, 'Booked Rome']
      expect(JSON.parse(stdout)).toEqual({ messages, isDate: true, costs: 3, approved: true })
      const { values, next } = await graph.getState(config)
      expect(next).toEqual([])
      expect(textsOf(values.messages)).toEqual(messages)
    })

    test('travels in time: it goes on from any step of its history', async () => {
      const { graph, config, history } = await asked()
      await graph.invoke(new Command({ resume: 'yes' }), config)
      const before = await history()
      expect(before.map(({ next }) => next[0])).toEqual([
        undefined,
        'book',
        'ask',
        'ticket',
        'hotel',
        'plan',
        '__start__',
      ])
      const atTickets = before.find(({ next }) => next[0] === 'ticket') as StateSnapshot
      expect(await graph.invoke(null, atTickets.config)).toMatchObject({ __interrupt__: [{ value: { sum: 400 } }] })
      const { messages } = await graph.invoke(new Command({ resume: 'no' }), config)
      expect(textsOf(messages)).toEqual([...ASKED, 'No trip to Rome'])
      const ids = (snapshots: StateSnapshot[]) => snapshots.map((one) => one.config.configurable?.checkpoint_id)
      expect(ids(await history())).toEqual(expect.arrayContaining(ids(before)))
    })

    test('forks at a step of its history, with another state, and leaves the first branch as it was', async () => {
      const { graph, config, history } = await asked()
      await graph.invoke(new Command({ resume: 'yes' }), config)
      const [end, , atAsk] = await history()
      const fork = await graph.updateState(atAsk?.config ?? {}, { city: 'Oslo' }, 'ticket')
      await graph.invoke(null, fork)
      const { messages, city } = await graph.invoke(new Command({ resume: 'yes' }), config)
      expect([city, textsOf(messages)]).toEqual(['Oslo', [...ASKED, 'Booked Oslo']])
      const then = await graph.getState(end?.config ?? {})
      expect([then.values.city, textsOf(then.values.messages)]).toEqual(['Rome', [...ASKED, 'Booked Rome']])
    })

    test.each(['sync', 'async', 'exit'] as const)('ends the same with durability %s', async (durability) => {
      const saver = await savers.saver()
      const config = { configurable: { thread_id: 't' }, durability }
      await tripGraph(saver).invoke(wish('Rome'), config)
      await tripGraph(saver).invoke(new Command({ resume: 'again' }), config)
      const { values, next } = await tripGraph(saver).getState(config)
      expect(next).toEqual([])
      expect(textsOf(values.messages)).toEqual([...ASKED, 'No trip to Rome'])
    })

    test('goes wrong in a run whose thread is deleted under it, and right in a new one', async () => {
      const { saver, graph, config } = await asked()
      const late = (await graph.getState(config)).config
      const put = saver.put.bind(saver)
      vi.spyOn(saver, 'put').mockImplementationOnce(async (...given) => {
        await saver.deleteThread('rome')
        return put(...given)
      })
      await expect(graph.invoke(wish('Oslo'), config)).rejects.toMatchObject({
        code: 'THREAD_DELETED',
        threadId: 'rome',
      })
      await expect(graph.updateState(late, { city: 'Oslo' }, 'ticket')).rejects.toMatchObject({
        code: 'THREAD_DELETED',
      })
      expect((await graph.getState(config)).values).toEqual({})
      const result = await graph.invoke(wish('Bern'), config)
      expect(textsOf(result.messages)).toEqual(['I want to see Bern', 'A trip to Bern'])
    })

    test('refuses the second of two runs on one thread, where forks are refused', async () => {
      const { store } = await savers.place()
      const graph = tripGraph(new DescartesSaver(store, { forks: 'refuse' }))
      const config = { configurable: { thread_id: 't' } }
      const runs = await Promise.allSettled(['Rome', 'Oslo'].map((city) => graph.invoke(wish(city), config)))
      expect(runs.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      expect(runs.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'FORK_REFUSED' } })
      const { values, next } = await graph.getState(config)
      expect([next, values.messages.length]).toEqual([['ask'], 2])
    })
  })
}
