// Prunes or purges an agent in small commits, and says after each of them that it goes on.
import { openEngine } from '../../../src/open-engine.ts'
import { pruneRevisions, purgeAgent } from '../../../src/operations.ts'
import { LARGE, RULE } from '../large-history.ts'
import { listen, say } from './talk.ts'

const manner = process.argv[2] as 'prune' | 'purge'
say('ready')
const file = await listen()
if (file === undefined) process.exit()
const engine = await openEngine({ url: `file:${file}`, busyTimeoutMs: 30_000 })

/** Removes some; false when there was nothing left. */
async function remove(): Promise<boolean> {
  if (manner === 'purge') return (await engine.write(() => purgeAgent('default', LARGE))) !== undefined
  return (await engine.write(() => pruneRevisions('default', LARGE, RULE))).revisions > 0
}

while (await remove()) say('removed')
say('all removed')
if (manner === 'purge') await engine.scrub()
else await engine.reclaim()
say('done')
process.exit()
