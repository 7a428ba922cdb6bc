// Calm progress: one line when a step begins or ends, its output only when it fails.
import { capture } from './child.mjs'

const HEARTBEAT_MS = 20_000

/** @param {number} since */
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Says what is done and how long it took.
 * @param {string | { title: string, note?: string, advice?: string }} what a note on how long it may take; what to do when it fails
 * @param {import('./child.mjs').Command} command
 * @returns {Promise<boolean>} whether it went well
 */
export async function step(what, ...command) {
  const { title, note = '', advice } = typeof what === 'string' ? { title: what } : what
  const start = performance.now()
  console.log(`· ${title}${note} …`)
  const heartbeat = setInterval(
    () => console.log(`  still at it (${Math.round((performance.now() - start) / 1000)} s)`),
    HEARTBEAT_MS,
  )
  const { code, output } = await capture(...command)
  clearInterval(heartbeat)
  if (code === 0) console.log(`  done in ${seconds(start)}`)
  else console.error(`${output}\n✗ ${title}: failed after ${seconds(start)}${advice ? `\n  ${advice}` : ''}`)
  return code === 0
}

/**
 * One line with ✓ or ✗.
 * @param {string} title
 * @param {() => Promise<string | undefined>} work gives what is wrong, or nothing
 * @param {string} [advice] what to do when something is
 * @returns {Promise<boolean>} whether all is well
 */
export async function check(title, work, advice) {
  const start = performance.now()
  const problem = await work()
  const failed = problem !== undefined
  console.log(`${failed ? '✗' : '✓'} ${title} (${seconds(start)})${failed && advice ? `: ${advice}` : ''}`)
  if (failed) console.error(problem)
  return !failed
}
