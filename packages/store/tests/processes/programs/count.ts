// Counts up a number in an agent's state, by compare-and-set or blindly, and says how often it was told that it had.
import { VersionConflictError } from '../../../src/errors.ts'
import { openEngine } from '../../../src/open-engine.ts'
import { loadAgent, saveAgent } from '../../../src/operations.ts'
import { agent } from '../../samples.ts'
import { listen, say } from './talk.ts'

const [url, times, how] = process.argv.slice(2) as [string, string, 'compare-and-set' | 'blind']
const engine = await openEngine({ url, busyTimeoutMs: 30_000 })
say('ready')
await listen()
let acknowledged = 0
let conflicts = 0
while (acknowledged < Number(times)) {
  const row = await engine.read(() => loadAgent('default', 'counter'))
  if (row === undefined) throw new Error('there is no counter')
  const stateData = JSON.stringify({ count: JSON.parse(row.stateData).count + 1 })
  const expectedVersion = how === 'blind' ? undefined : row.version
  try {
    await engine.write(() => saveAgent('default', agent('counter', { stateData, expectedVersion })))
    acknowledged++
  } catch (error) {
    if (!(error instanceof VersionConflictError)) throw error
    conflicts++
  }
}
await engine.close()
say(`counted ${acknowledged} ${conflicts}`)
process.exit()
