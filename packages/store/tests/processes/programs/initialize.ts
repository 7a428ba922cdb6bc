// Opens databases that are not there yet, saves one agent in each, closes it: each when told to, so that many do it at once.
import { openEngine } from '../../../src/open-engine.ts'
import { saveAgent } from '../../../src/operations.ts'
import { agent } from '../../samples.ts'
import { listen, say } from './talk.ts'

const [agentId] = process.argv.slice(2) as [string]
say('ready')
for (let file = await listen(); file !== undefined; file = await listen()) {
  const engine = await openEngine({ url: `file:${file}`, busyTimeoutMs: 30_000 })
  await engine.write(() => saveAgent('default', agent(agentId)))
  await engine.close()
  say(`done with ${file}`)
}
process.exit()
