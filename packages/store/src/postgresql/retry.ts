import { setTimeout as sleep } from 'node:timers/promises'
import { isConnectionLost, isDuplicate, isRace, NoConnectionError } from './driver-errors.ts'

/** The first pause is a few milliseconds, each later one may be twice as long, up to this. */
const LONGEST_PAUSE_MS = 100
/** A row that is still in the way after so many attempts was not put there in a race. */
const MOST_DUPLICATES = 3

/** True for what may go well on another connection, or at another moment. Nothing of it was stored. */
export function isPassing(error: unknown): boolean {
  return isRace(error) || isConnectionLost(error)
}

/** Runs it, and again while it fails for what passes, with pauses of random length, which grow ("full jitter"), until the time is over. */
export async function whilePassing<T>(
  timeoutMs: number,
  attempt: () => Promise<T>,
  onRetry: () => void,
  passes: (error: unknown) => boolean,
  longestPauseMs = LONGEST_PAUSE_MS,
): Promise<T> {
  const started = performance.now()
  let duplicates = 0
  for (let pause = 4; ; pause = Math.min(longestPauseMs, pause * 2)) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof NoConnectionError || !passes(error) || performance.now() - started >= timeoutMs) throw error
      if (isDuplicate(error) && ++duplicates > MOST_DUPLICATES) throw error
      onRetry()
      await sleep(Math.random() * pause)
    }
  }
}
