/** Something that is measured: a subject at work on one operation. */
export interface Contestant {
  readonly name: string
  /** Does a round of work, checks it, and tells how long one operation took, in microseconds. */
  round(): Promise<number>
}

/** A figure over all rounds: its median, and the quartiles as its spread. */
export interface Figure {
  median: number
  low: number
  high: number
}

/**
 * Lets the contestants take turns, so that whatever else the machine does meets them all. Who begins changes with each
 * round. The first `warmUp` rounds are done and checked, but not counted.
 */
export async function interleave(
  contestants: readonly Contestant[],
  rounds: number,
  warmUp = 1,
): Promise<Map<string, number[]>> {
  const figures = new Map<string, number[]>(contestants.map(({ name }) => [name, []]))
  for (let round = -warmUp; round < rounds; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(i + round + warmUp) % contestants.length] as Contestant
      const figure = await contestant.round()
      if (round >= 0) figures.get(contestant.name)?.push(figure)
    }
  }
  return figures
}

/** The figure over all rounds. */
export function figure(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) }
}

/** How many times `above` is `below`, each round for itself. */
export function ratio(above: readonly number[], below: readonly number[]): Figure {
  return figure(above.map((value, round) => value / (below[round] as number)))
}

/** The value below which the share `q` of `sorted` lies, interpolated. */
export function quantile(sorted: readonly number[], q: number): number {
  const place = (sorted.length - 1) * q
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/**
 * How many operations fill `targetMs`: doubles the number until a round of it takes half of that, twice. One that was held
 * up would else leave a contestant with rounds of a few calls, which tell what a first call takes.
 */
export async function calibrate(
  round: (count: number) => Promise<number>,
  { least, most, targetMs }: { least: number; most: number; targetMs: number },
): Promise<number> {
  for (let count = least; ; count *= 2) {
    const fills = async () => ((await round(count)) * count) / 1000 >= targetMs / 2
    const isFull = await fills()
    if (count * 2 > most || (isFull && (await fills()))) return count
  }
}

/**
 * Lets a contestant work until it has done `operations`, or for `mostMs`: V8 compiles what is called often, and takes a
 * second core to do it.
 */
export async function warmUp(
  round: (count: number) => Promise<number>,
  { operations, mostMs, count }: { operations: number; mostMs: number; count: number },
): Promise<void> {
  const deadline = performance.now() + mostMs
  for (let done = 0; done < operations && performance.now() < deadline; done += count) await round(count)
}
