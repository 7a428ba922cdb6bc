// What each of the measured processes does, beside what it does it with. Plain JavaScript, so that nothing but the
// measured library is loaded.
export const path = String(process.argv[2])
export const saves = Number(process.argv[3])
export const AGENT = 'measured'
export const IN_FLIGHT = 64

/** @param {number} n */
export function input(n) {
  const message = 'a sentence of usual length, as one would find it in a dialogue between a user and an agent'
  return {
    agentId: AGENT,
    name: 'Measured',
    status: 'running',
    metadata: { team: 'bench' },
    state: { n, messages: Array.from({ length: 8 }, (_, i) => ({ i, message })) },
  }
}

/** @type {Record<string, number>} */
const marks = {}
/** @param {string} name */
export function mark(name) {
  marks[name] = performance.now() // since the process began
}

/** @param {{ version: number, state: unknown } | null} loaded */
export function report(loaded) {
  const { n } = /** @type {{ n?: number }} */ (loaded?.state ?? {})
  if (loaded === null || n !== saves - 1) throw new Error(`loaded ${JSON.stringify(n)} instead of ${saves - 1}`)
  const { rss } = process.memoryUsage()
  console.log(JSON.stringify({ version: loaded.version, marks, rss, peak: process.resourceUsage().maxRSS * 1024 }))
}
