import { describe, expect, it } from 'vitest'
import { relevanceTo } from '../src/operations/relevance.ts'

const score = (query: string, text: string) => relevanceTo(query.split(' '))(text, Buffer.byteLength(text))

describe('how well an event fits the words of a search', () => {
  it('grows with every further occurrence, by less and less', () => {
    const padded = (times: number) => `${'apple '.repeat(times)}${'other '.repeat(20 - times)}`
    const scores = [1, 2, 3, 10].map((times) => score('apple', padded(times)))
    expect(scores.toSorted((a, b) => a - b)).toEqual(scores)
    const [one = 0, two = 0, three = 0] = scores
    expect(two - one).toBeGreaterThan(three - two)
  })

  it('falls with the length of the event', () => {
    expect(score('apple', 'apple')).toBeGreaterThan(score('apple', `apple ${'other '.repeat(100)}`))
  })

  it('adds up over the words', () => {
    expect(score('apple pear', 'apple pear pear')).toBeGreaterThan(score('apple pear', 'apple pear fig'))
  })

  it.each([
    ['case', 'Apple', 'aPPLE applE'],
    ['diacritics', 'worgl', 'Wörgl WÖRGL'],
    ['words joined by punctuation', 'foo-bar', 'foo.bar, foo bar'],
    ['letters of any script', '東京', '東京 東京'],
  ])('counts occurrences as the index does: %s', (_, query, text) => {
    const once = text.slice(0, text.length / 2)
    expect(score(query, text)).toBeGreaterThan(relevanceTo([query])(once, Buffer.byteLength(text)))
  })

  it('counts whole words only, and a match that it cannot see as one', () => {
    const none = relevanceTo(['apple'])('', 20)
    expect(relevanceTo(['apple'])('pineapple apples', 20)).toBe(none)
    expect(none).toBeGreaterThan(0)
  })

  it.each(['"', '(((', 'a{2,', '[a-', '\\', '.*', '$&'])('takes %s for what it is: no word, or words', (query) => {
    expect(Number.isFinite(score(query, 'anything at all'))).toBe(true)
  })
})
