// Saves agents that others save, too, in its own order, and says which version each save was told it had become.
import { openEngine } from '../../../src/open-engine.ts'
import { saveAgent } from '../../../src/operations.ts'
import { agent } from '../../samples.ts'
import { listen, say } from './talk.ts'

const [url, writer, times, ...agentIds] = process.argv.slice(2) as [string, string, string, ...string[]]
const engine = await openEngine({ url, busyTimeoutMs: 50_000, maxConnections: 3 })
say('ready')
await listen()

for (let n = 0; n < Number(times); n++) {
  const stateData = JSON.stringify({ writer, n })
  const save = (agentId: string) => () => saveAgent('default', agent(agentId, { stateData }))
  // One batch, then one transaction: both hold the first row while they wait for the next.
  const together = await Promise.all(agentIds.map((agentId) => engine.write(save(agentId))))
  const inTransaction = await engine.transact(async (transaction) => {
    const saved = []
    for (const agentId of agentIds) saved.push(await transaction.write(save(agentId)))
    return saved
  })
  for (const { agentId, version } of [...together, ...inTransaction]) say(`saved ${agentId} ${version} ${stateData}`)
}
const { writes } = engine.stats()
await engine.close()
say(`done ${writes.busyRetries}`)
process.exit()
