import { onTestFinished, vi } from 'vitest'

/** Stops `performance.now()` until the test has finished: a slow machine then ends no batch before it is full. */
export function stopTheClock(): void {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now())
  onTestFinished(() => clock.mockRestore())
}
