import { isDeepStrictEqual } from 'node:util'
import type { History } from '../data/conversation.ts'
import { DataCheckError } from '../operations/reader.ts'
import { bytesOnDisk, type Keeper, type KeeperKind } from './keeper.ts'

/** Turns that one keeper saves before it is the next one's turn. */
const BLOCK = 25

export interface Played {
  /** Milliseconds of all saves together. */
  millis: number
  /** Milliseconds of the last hundred. */
  lastMillis: number
  /** Milliseconds of CPU time of all saves, of the whole process. */
  cpuMillis: number
  bytes: number
}

export interface Seat {
  kind: KeeperKind
  path: string
}

/**
 * Lets every keeper save the same history. They take turns after a few saves each, and who begins changes, so that
 * whatever else the machine does meets them all. To make a state is not measured.
 */
export async function playHistory(history: History, seats: readonly Seat[], round: number): Promise<Played[]> {
  const keepers: Keeper[] = []
  const played = seats.map((): Played => ({ millis: 0, lastMillis: 0, cpuMillis: 0, bytes: 0 }))
  try {
    for (const { kind, path } of seats) keepers.push(await kind.open(path))
    for (let from = 1; from <= history.turns; from += BLOCK) {
      for (let i = 0; i < keepers.length; i++) {
        const seat = (i + round + from) % keepers.length
        const { millis, cpuMillis } = await saveBlock(keepers[seat] as Keeper, history, from)
        const figures = played[seat] as Played
        figures.millis += millis
        figures.cpuMillis += cpuMillis
        if (from > history.turns - 100) figures.lastMillis += millis
      }
    }
  } finally {
    for (const keeper of keepers) await keeper.close()
  }
  return played.map((figures, seat) => ({ ...figures, bytes: bytesOnDisk((seats[seat] as Seat).path) }))
}

async function saveBlock(keeper: Keeper, history: History, from: number) {
  const turns = Array.from({ length: Math.min(BLOCK, history.turns - from + 1) }, (_, i) => from + i)
  const steps = turns.map((turn) => ({ turn, state: history.stateAfter(turn), change: history.changeOf(turn) }))
  const [started, before] = [performance.now(), process.cpuUsage()]
  for (const { turn, state, change } of steps) await keeper.save(turn, state, change)
  const { user, system } = process.cpuUsage(before)
  return { millis: performance.now() - started, cpuMillis: (user + system) / 1000 }
}

/** Opens a history again, reads every state, or one of so many and the last, and throws unless each is what was saved. */
export async function requireKept(history: History, { kind, path }: Seat, oneOf = 1): Promise<void> {
  const keeper = await kind.open(path)
  try {
    const count = await keeper.count()
    if (count !== history.turns) throw new DataCheckError(`${kind.title}: ${count} states of ${history.turns}`)
    for (let turn = 1; turn <= history.turns; turn++) {
      if (turn % oneOf !== 0 && turn !== history.turns) continue
      if (!isDeepStrictEqual(await keeper.read(turn), history.stateAfter(turn)))
        throw new DataCheckError(`${kind.title}: the state after turn ${turn} is not what was saved`)
    }
  } finally {
    await keeper.close()
  }
}
