import { expect, test } from 'vitest'
import { calibrate, figure, interleave, ratio } from '../src/measure.ts'

test('contestants take turns, another one begins each round, and the warm-up does not count', async () => {
  const order: string[] = []
  const contestant = (name: string, micros: number) => ({
    name,
    round: async () => {
      order.push(name)
      return micros
    },
  })
  const figures = await interleave([contestant('a', 1), contestant('b', 2)], 2, 1)
  expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b'])
  expect(Object.fromEntries(figures)).toEqual({ a: [1, 1], b: [2, 2] })
})

test('a figure is the median with its quartiles', () => {
  expect(figure([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4 })
  expect(figure([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 })
})

test('a ratio is taken within each round, so that what slows a whole round down does not show', () => {
  expect(ratio([2, 20, 200], [1, 10, 100]).median).toBe(2)
})

test('the number of operations grows until two rounds take half of what they may', async () => {
  const counts: number[] = []
  const round = async (count: number) => {
    counts.push(count)
    return counts.length === 1 ? 5000 : 100 // microseconds: the first one is held up
  }
  await expect(calibrate(round, { least: 10, most: 1000, targetMs: 8 })).resolves.toBe(40)
  expect(counts).toEqual([10, 10, 20, 40, 40])
  await expect(calibrate(round, { least: 10, most: 50, targetMs: 1000 })).resolves.toBe(40)
})
