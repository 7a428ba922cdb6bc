import { once } from 'node:events'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../../sdk/tests/backends.ts'
import { finish, start } from '../child.ts'
import { textsOf } from '../items.ts'
import { Sessions } from '../sessions.ts'
import { numbers } from './concurrency.ts'

/** Processes that write to one session at the same time. */
export function testProcesses(backend: Backend): void {
  describe(`a session on ${backend.name} that two processes write to`, () => {
    let made: Sessions
    beforeAll(() => {
      made = new Sessions(backend)
    })
    afterAll(() => made.close())

    test('loses no item, and doubles none', async () => {
      const { url, sessionId } = await made.place()
      const count = 12
      const script = path.join(import.meta.dirname, 'write.mts')
      const writers = ['one', 'two'].map((writer) => start(script, url, sessionId, writer, `${count}`))
      await Promise.all(writers.map(({ stdout }) => once(stdout, 'data')))
      for (const { stdin } of writers) stdin.write('go')
      await Promise.all(writers.map(finish))
      const texts = textsOf(await (await made.session(sessionId)).getItems()).map(String)
      for (const writer of ['one', 'two'])
        expect(texts.filter((text) => text.startsWith(writer))).toEqual(
          numbers(count).flatMap((i) => [
            ...[`${writer} added ${i}`, `${writer} added ${i} too`, `${writer} applied ${i}`],
          ]),
        )
      expect(texts).toHaveLength(2 * 3 * count)
      // What was added in one call stands together.
      for (const [i, text] of texts.entries()) if (text.endsWith('too')) expect(`${texts[i - 1]} too`).toBe(text)
    })
  })
}
