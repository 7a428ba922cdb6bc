import { openStateStore } from '@descartes/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectionOfFile } from '../../store/tests/postgresql/connect.ts'
import { databaseOfFile } from '../../store/tests/postgresql/database.ts'
import { holdsNul, toJsonbText } from '../src/codec/jsonb.ts'

describe('metadata as PostgreSQL gives it back', () => {
  const url = databaseOfFile()
  const client = connectionOfFile(url)

  const stored = async (text: string) =>
    (await client().query('SELECT CAST($1 AS jsonb)::text AS text', [text])).rows[0].text

  it('is the text that was written, of any plain value', async () => {
    const value = fc
      .jsonValue({ maxDepth: 4, noUnicodeString: false })
      .filter((v) => !JSON.stringify(v).includes('\\u0000'))
    await fc.assert(
      fc.asyncProperty(value, async (v) => {
        const text = JSON.stringify(v)
        expect(await stored(text)).toBe(toJsonbText(text))
        expect(JSON.parse(toJsonbText(text))).toEqual(JSON.parse(text))
      }),
      { numRuns: 1000, seed: 7 },
    )
  })

  it.each([1e21, -1.5e-7, 1.7976931348623157e308, 5e-324, 123456789012345680000, 0.1, -5e-7])(
    'of the number %d',
    async (n) => {
      expect(await stored(JSON.stringify([n]))).toBe(toJsonbText(JSON.stringify([n])))
    },
  )

  it.each(['\0', 'a\0b', '\\\0', '\\u0000', '\\\\u0000', 'u0000', '\\\\\0'])(
    'is refused exactly if it holds NUL: %j',
    async (s) => {
      const text = JSON.stringify([s])
      expect(holdsNul(text)).toBe(s.includes('\0'))
      expect(
        await stored(text).then(
          () => false,
          () => true,
        ),
      ).toBe(s.includes('\0'))
    },
  )

  it('is refused with NUL by its name, and stored without it', async () => {
    const store = await openStateStore({ url: url() })
    const metadata = { note: 'a\0b' }
    const saves = {
      metadata: () => store.saveTask({ title: 'One', metadata }),
      'inputs/0/metadata': () =>
        store.saveEvents([
          { eventType: 'said', sessionId: 's', actorType: 'user', actorId: 'u', content: 'c', metadata },
        ]),
    }
    for (const [path, save] of Object.entries(saves))
      await expect(save()).rejects.toMatchObject({ code: 'INVALID_INPUT', path })
    expect(await store.saveTask({ title: 'One', metadata: { note: 'a\\u0000b' } })).toMatchObject({
      metadata: { note: 'a\\u0000b' },
    })
    await store.close()
  })

  it('control: JSON.stringify writes it otherwise', async () => {
    expect(await stored('{"bb":1,"a":2}')).not.toBe('{"bb":1,"a":2}')
  })
})
