// Opens a database, saves one agent, closes: when told to, so that many do it at once.
import { openEngine } from '../../../src/open-engine.ts'
import { saveAgent } from '../../../src/operations.ts'
import { agent } from '../../samples.ts'
import { listen, say } from './talk.ts'

const [file, agentId] = process.argv.slice(2) as [string, string]
say('ready')
await listen()
const engine = await openEngine({ url: `file:${file}`, busyTimeoutMs: 30_000 })
await engine.write(() => saveAgent('default', agent(agentId)))
await engine.close()
say('done')
process.exit()
