import { setTimeout as sleep } from 'node:timers/promises'
import { StoreBusyError } from '../errors.ts'
import { isBusy } from './driver-errors.ts'

/** Milliseconds until a locked database is tried again: short, and never in step with the neighbours. */
export function jitter(): number {
  return 1 + Math.random() * 2
}

/** The error for a lock that was not let go in time. */
export function stillBusy(waitedMs: number, cause: unknown): StoreBusyError {
  return new StoreBusyError(`another process held the database's lock for ${Math.round(waitedMs)} ms (busyTimeoutMs)`, {
    cause,
  })
}

/** Runs `attempt`, again and again while the database is locked, without ever blocking the event loop. */
export async function whileBusy<T>(timeoutMs: number, attempt: () => T): Promise<T> {
  const started = performance.now()
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
      const waited = performance.now() - started
      if (waited >= timeoutMs) throw stillBusy(waited, error)
      await sleep(jitter())
    }
  }
}
