import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { DescartesSaver, DescartesStore } from '@descartes/langgraph'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../../sdk/tests/backends.ts'
import { Savers } from '../savers.ts'
import { hostGraph } from './host.ts'

/** A real graph with a memory that its threads share. */
export function testHosts(backend: Backend): void {
  describe(`a graph with a memory on ${backend.name}`, () => {
    let savers: Savers
    beforeAll(() => {
      savers = new Savers(backend)
    })
    afterAll(() => savers.close())

    async function host() {
      const { store, url, namespace } = await savers.place()
      const memory = new DescartesStore(store)
      const graph = hostGraph(new DescartesSaver(store), memory)
      const say = async (content: string, thread_id: string, guest = 'ann') => {
        const config = { configurable: { thread_id, guest } }
        const { messages } = await graph.invoke({ messages: [{ role: 'user', content }] }, config)
        return messages.at(-1)?.text
      }
      return { memory, say, url, namespace }
    }

    test('remembers in one thread what was said in another, of the same guest alone', async () => {
      const { memory, say } = await host()
      expect(await say('I like trains', 'one')).toBe('I like trains')
      expect(await say('I like the sea', 'two')).toBe('I like the sea; I like trains')
      expect(await say('Hello', 'three', 'bob')).toBe('')
      expect(await say('Hello', 'three')).toBe('I like the sea; I like trains')
      const [found] = await memory.search(['guests', 'ann'], { query: 'TRAINS' })
      expect(found).toMatchObject({ namespace: ['guests', 'ann', 'wishes'], value: { at: expect.any(Date) } })
    })

    test('remembers it in another process', async () => {
      const { memory, say, url, namespace } = await host()
      await say('I like trains', 'one')
      const script = path.join(import.meta.dirname, 'recall.mts')
      const args = ['--conditions=dev-source', '--import', 'tsx', script, url, namespace, 'ann', 'I like the sea']
      const { stdout } = await promisify(execFile)(process.execPath, args)
      expect(stdout.trim()).toBe('I like the sea; I like trains')
      expect(await memory.search(['guests'])).toHaveLength(2)
    })
  })
}
