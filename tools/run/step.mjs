// Calm progress: one line when a step begins or ends, its output only when it fails.
import { capture } from './child.mjs'

const HEARTBEAT_MS = 20_000

/** @param {number} since */
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Says what is done and how long it took.
 * @param {string} title
 * @param {import('./child.mjs').Command} command
 * @returns {Promise<boolean>} whether it went well
 */
export async function step(title, ...command) {
  const start = performance.now()
  console.log(`· ${title} …`)
  const heartbeat = setInterval(() => console.log(`  still at it (${seconds(start)})`), HEARTBEAT_MS)
  const { code, output } = await capture(...command)
  clearInterval(heartbeat)
  if (code === 0) console.log(`  done in ${seconds(start)}`)
  else console.error(`${output}\n✗ ${title}: failed after ${seconds(start)}`)
  return code === 0
}

/**
 * One line with ✓ or ✗.
 * @param {string} title
 * @param {() => Promise<string | undefined>} work gives what is wrong, or nothing
 * @returns {Promise<boolean>} whether all is well
 */
export async function check(title, work) {
  const start = performance.now()
  const problem = await work()
  console.log(`${problem === undefined ? '✓' : '✗'} ${title} (${seconds(start)})`)
  if (problem !== undefined) console.error(problem)
  return problem === undefined
}
