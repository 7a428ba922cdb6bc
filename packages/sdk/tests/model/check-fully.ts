import { deepStrictEqual } from 'node:assert'
import { loaded } from './check-briefly.ts'
import { type Agent, type Model, type Version, versionAt } from './model.ts'
import { type Real, type Row, saw } from './real.ts'

/** All that the model knows is read from the store, and must be equal. */
export async function checkFully(model: Model, real: Real): Promise<void> {
  const { items } = await real.store.listAgents({ includeDeleted: true })
  deepStrictEqual(
    items.map(({ agentId, deletedAt }) => [agentId, deletedAt !== null]),
    [...model.agents.values()].map(({ agentId, deleted }) => [agentId, deleted]).sort(byId),
  )
  const deletedAt = new Map(items.map((item) => [item.agentId, item.deletedAt]))
  const rows = await real.rows()
  for (const agent of model.agents.values()) {
    await checkVersions(agent, real, deletedAt.get(agent.agentId) ?? null)
    await checkList(agent, real)
    await checkSnapshots(agent, model, real)
    const transitions = await real.store.getStateHistory(agent.agentId, { limit: 1000 })
    deepStrictEqual(transitions.items.length, agent.transitions)
  }
  checkChains(rows)
  deepStrictEqual(await real.damage(), [])
  tellOf(rows)
}

// SQLite sorts by the bytes of UTF-8.
const byId = (a: unknown[], b: unknown[]) => Buffer.compare(Buffer.from(String(a[0])), Buffer.from(String(b[0])))

/** Every version by its number and by its moment; those that were pruned are gone. */
async function checkVersions(agent: Agent, { store }: Real, deletedAt: Date | null): Promise<void> {
  const { agentId, versions, newest } = agent
  const load = (version: number) => loaded(agent, version, versions.get(version) as Version, deletedAt)
  for (let version = 1; version <= newest + 1; version++) {
    const expected = versions.has(version) ? load(version) : null
    deepStrictEqual(await store.loadAgentState(agentId, { version }), expected)
  }
  for (const at of new Set([...agent.times.values()].flatMap((at) => [+at, +at - 1]))) {
    const version = versionAt(agent, new Date(at))
    const got = await store.loadAgentState(agentId, { at: new Date(at) })
    deepStrictEqual(got, version === undefined ? null : load(version))
  }
}

async function checkList({ agentId, versions }: Agent, { store }: Real): Promise<void> {
  const { items } = await store.listRevisions(agentId, { limit: 1000 })
  deepStrictEqual(
    items.map(({ agentId, version, status, createdAt }) => ({ agentId, version, status, createdAt })),
    [...versions].map(([version, { status, at }]) => ({ agentId, version, status, createdAt: at })).reverse(),
  )
  for (const { version, kind, size, storedBytes } of items) {
    const { name, metadata, state } = versions.get(version) as Version
    const lines = [name, metadata, state].map((part) => (part === null ? '' : JSON.stringify(part)))
    deepStrictEqual({ version, size }, { version, size: Buffer.byteLength(lines.join('\n')) })
    // A whole version has a few bytes in front; a delta is clearly smaller.
    if (kind === 'plain' || storedBytes > (kind === 'delta' ? 0.75 * size + 4 : size + 4))
      throw new Error(`version ${version} of ${agentId}, a ${kind} of ${size} bytes, takes ${storedBytes}`)
  }
}

async function checkSnapshots({ agentId }: Agent, { snapshots }: Model, { store }: Real): Promise<void> {
  const { items } = await store.listSnapshots(agentId, { limit: 1000 })
  deepStrictEqual(
    items.map(({ id, version }) => [id, version]).sort(),
    [...snapshots].flatMap(([id, pin]) => (pin.agentId === agentId ? [[id, pin.version]] : [])).sort(),
  )
}

/** No version reads more than twice its text, or, of small ones, its text and the fixed cost of a row. */
function checkChains(rows: readonly Row[]): void {
  const byKey = new Map(rows.map((row) => [`${row.agentId} ${row.version}`, row]))
  const costOf = ({ agentId, baseAgentId, baseVersion, header }: Row): number =>
    64 +
    lengthIn(header) +
    (baseVersion === null ? 0 : costOf(byKey.get(`${baseAgentId ?? agentId} ${baseVersion}`) as Row))
  for (const row of rows) {
    const cost = costOf(row)
    if (cost > Math.max(2 * row.size, row.size + 64))
      throw new Error(`version ${row.version} of ${row.agentId} reads ${cost} bytes for ${row.size}`)
  }
}

/** The length of a row's content: a varint of seven bits to a byte, the lowest first, over four. */
function lengthIn(header: Uint8Array): number {
  const end = header.findIndex((byte) => byte < 128)
  return Math.floor(header.subarray(0, end + 1).reduce((sum, byte, i) => sum + (byte % 128) * 128 ** i, 0) / 4)
}

function tellOf(rows: readonly Row[]): void {
  const first = new Map<string, number>()
  for (const { agentId, version, kind, baseAgentId, size, leadsBack } of rows) {
    const isFirst = !first.has(agentId)
    if (isFirst) first.set(agentId, version)
    saw(kind === 'delta' ? 'deltas' : isFirst ? 'first keyframes' : 'later keyframes')
    if (baseAgentId !== null) saw('forks that rest on their parent')
    if (leadsBack) saw('deltas that lead back')
    if (kind === 'keyframe' && size >= 4096) saw('keyframes that are compressed')
  }
}
