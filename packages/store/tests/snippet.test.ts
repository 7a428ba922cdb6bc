import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { snippetsFor } from '../src/operations/snippet.ts'

const snippet = (query: string, text: string) => snippetsFor(query.split(' '))(text)
const far = 'word '.repeat(100)

describe('a snippet', () => {
  it.each([
    ['every match in brackets', 'a b', 'a c b a', '[a] c [b] [a]'],
    ['matches whatever their case and diacritics', 'worgl', 'nach Wörgl, WÖRGL', 'nach [Wörgl], [WÖRGL]'],
    ['decomposed letters whole', 'cafe', 'ein cafe\u0301!', 'ein [cafe\u0301]!'],
    ['words, not parts of words', 'apple', 'pineapple apple apples', 'pineapple [apple] apples'],
    ['letters of two forms', 'οδος', 'hello ΟΔΟΣ', 'hello [ΟΔΟΣ]'],
    ['a phrase as one', 'foo-bar', 'the foo.bar file', 'the [foo.bar] file'],
    ['characters of two halves', 'key', '😀 key 😀', '😀 [key] 😀'],
    ['the text as it is where it sees no match', 'x', 'nothing here', 'nothing here'],
    ['the text as it is where the query holds no word', '"', 'say "so"', 'say "so"'],
    ['nothing of nothing', 'x', '', ''],
  ])('shows %s', (_, query, text, expected) => {
    expect(snippet(query, text)).toBe(expected)
  })

  it('is a piece around the first match, cut between words', () => {
    const piece = snippet('needle', `${far}needle ${far}`)
    expect(piece).toMatch(/^…word (word )+\[needle\] (word )+…$/)
    expect(piece.length).toBeLessThan(200)
  })

  it('stays short and quick where terms are many, far apart or endless', () => {
    const many = Array.from({ length: 32 }, (_, i) => 'a'.repeat(i + 1))
    const texts = [`${many.join(' ')} ${'a'.repeat(2 ** 20)}`, `a${' '.repeat(2 ** 20)}b`, 'a '.repeat(2 ** 19)]
    for (const text of texts)
      for (const query of [many.join(' '), 'a,b']) expect(snippet(query, text).length).toBeLessThan(600)
  })

  it('goes no further into a match than there is text, and cuts no character in two', () => {
    const texts = fc.array(fc.constantFrom('key', ' ', '😀', 'é', 'İ', 'ß', 'word', '-', 'e\u0301'), { maxLength: 200 })
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join('')
        const piece = snippet('key', text)
        expect(piece.isWellFormed()).toBe(true)
        expect(text).toContain(piece.replaceAll(/[…[\]]/g, ''))
      }),
      { numRuns: 2000 },
    )
  })
})
