import { openEngine } from '../../src/open-engine.ts'
import {
  createSnapshot,
  forkAgent,
  listRevisions,
  loadRevision,
  type PruneRule,
  saveAgent,
  saveEvents,
  startSession,
  updateAgentStatus,
} from '../../src/operations.ts'
import type { SqliteEngine } from '../../src/sqlite/sqlite-engine.ts'
import { agent, event } from '../samples.ts'

/** The agent that is pruned or purged, in as many versions. */
export const LARGE = 'large'
const VERSIONS = 1100
const PINNED = 321
const FORKED = 640
export const RULE: PruneRule = { keepLast: 20, olderThan: undefined, keepEvery: 450 }
/** What the rule, the pin and the fork leave, oldest first. */
export const KEPT = [PINNED, 450, FORKED, 900, ...Array.from({ length: 20 }, (_, i) => VERSIONS - 19 + i)]
export const OTHERS = ['fork', 'other']

const line = (n: number) => `${n}: what an agent has seen, has done, and will not have to say again`

/** The state of a version: a counter in front, and lines of which some go and one comes at every version. */
function stateOf(agentId: string, version: number): string {
  return JSON.stringify({ version, agentId, lines: Array.from({ length: 40 }, (_, i) => line(version + i)) })
}

/** A file with a long history, which is pinned and forked, and with something in every table. */
export async function makeLargeHistory(file: string): Promise<void> {
  const engine = await openEngine({ url: `file:${file}`, durability: 'normal' })
  const save = (agentId: string, version: number) =>
    engine.write(() => saveAgent('default', agent(agentId, { stateData: stateOf(agentId, version) })))
  for (let version = 1; version <= VERSIONS; version++) {
    await save(LARGE, version)
    if (version % 20 === 0) await save('other', version / 20)
    if (version === PINNED) {
      const pin = { id: 'pin', agentId: LARGE, description: null, expiresAt: null }
      await engine.write(() => createSnapshot('default', pin))
    }
  }
  const fork = { parentAgentId: LARGE, version: FORKED, agentId: 'fork', schemaVersion: 1 }
  await engine.write(() => forkAgent('default', fork))
  for (let version = 2; version <= 30; version++) await save('fork', version)
  await engine.write(() => startSession('default', { id: 'session', agentId: LARGE, metadata: null }))
  const events = Array.from({ length: 900 }, (_, i) =>
    event(`${i}`, { actorId: i % 2 ? LARGE : 'other', sessionId: i % 3 ? 'elsewhere' : 'session' }),
  )
  await engine.write(() => saveEvents('default', events))
  const change = { agentId: 'other', status: 'done', reason: null, expectedVersion: undefined, transitionId: 't' }
  await engine.write(() => updateAgentStatus('default', change))
  await engine.close()
}

/** The versions of an agent that are listed, oldest first, each of which is read and must be what was saved. */
export async function readVersions(engine: SqliteEngine, agentId: string): Promise<number[]> {
  const all = { agentId, before: Number.MAX_SAFE_INTEGER, limit: 10_000 }
  const versions = (await engine.read(() => listRevisions('default', all))).map(({ version }) => version).reverse()
  for (const version of versions) {
    const loaded = await engine.read(() => loadRevision('default', agentId, version))
    if (loaded?.stateData !== expectedState(agentId, version)) throw new Error(`version ${version} is another text`)
  }
  return versions
}

function expectedState(agentId: string, version: number): string {
  if (agentId === 'fork' && version === 1) return stateOf(LARGE, FORKED)
  // Its last version has a new status alone.
  return stateOf(agentId, agentId === 'other' ? Math.min(version, VERSIONS / 20) : version)
}
