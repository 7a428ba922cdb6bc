import { setTimeout as sleep } from 'node:timers/promises'
import { isRace } from './driver-errors.ts'

/** The first pause is a few milliseconds, each later one may be twice as long, up to this. */
const LONGEST_PAUSE_MS = 100

/**
 * Runs a transaction whole, and again while it loses against others (40001, 40P01, 23505), with pauses of random length,
 * which grow ("full jitter"), until the time is over.
 */
export async function whileRacing<T>(timeoutMs: number, attempt: () => Promise<T>, onRetry: () => void): Promise<T> {
  const started = performance.now()
  for (let pause = 4; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    try {
      return await attempt()
    } catch (error) {
      if (!isRace(error) || performance.now() - started >= timeoutMs) throw error
      onRetry()
      await sleep(Math.random() * pause)
    }
  }
}
