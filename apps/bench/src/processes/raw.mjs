import { AGENT, IN_FLIGHT, input, mark, path, report, saves } from './work.mjs'

const { default: Database } = await import('better-sqlite3')
mark('imported')
const database = new Database(path, { timeout: 0, fileMustExist: true })
for (const pragma of [
  'synchronous = FULL',
  'foreign_keys = ON',
  'trusted_schema = OFF',
  'cell_size_check = ON',
  'mmap_size = 0',
  'secure_delete = ON',
  'fullfsync = ON',
])
  database.pragma(pragma)
database.pragma('journal_mode = WAL')
const begin = database.prepare('BEGIN IMMEDIATE')
const commit = database.prepare('COMMIT')
const save = database.prepare(
  `INSERT INTO agent_states (namespace, agent_id, name, status, metadata, version, recorded_version, created_at, updated_at, state_data) VALUES ('default', ?, ?, ?, ?, 1, 1, ?, ?, ?)
   ON CONFLICT (namespace, agent_id) DO UPDATE SET name = excluded.name, status = excluded.status, version = agent_states.version + 1,
     recorded_version = agent_states.version + 1, chain_bytes = NULL, updated_at = excluded.updated_at, state_data = excluded.state_data, metadata = excluded.metadata
   WHERE agent_states.deleted_at IS NULL RETURNING version`,
)
const record = database.prepare(
  `INSERT INTO agent_revisions (namespace, agent_id, version, kind, status, size, created_at, chain_bytes, chain_start, data)
   SELECT namespace, agent_id, version, 'plain', status, length(data), updated_at, length(data) + 64, version, data
   FROM (
     SELECT *, CAST(json_quote(name) || char(10) || coalesce(metadata, '') || char(10) || state_data AS BLOB) AS data
     FROM agent_states WHERE namespace = 'default' AND agent_id = ?
   )`,
)
const load = database.prepare(
  `SELECT * FROM agent_states WHERE namespace = 'default' AND agent_id = ? AND deleted_at IS NULL`,
)
mark('opened')
for (let from = 0; from < saves; from += IN_FLIGHT) {
  begin.run()
  for (let n = from; n < Math.min(from + IN_FLIGHT, saves); n++) {
    const { agentId, name, status, metadata, state } = input(n)
    const now = new Date().toISOString().replace('Z', '+00:00')
    save.get(agentId, name, status, JSON.stringify(metadata), now, now, JSON.stringify(state))
    record.run(agentId)
  }
  commit.run()
}
mark('saved')
const row = /** @type {Record<string, any>} */ (load.get(AGENT))
const loaded = {
  version: row.version,
  updatedAt: new Date(row.updated_at),
  metadata: JSON.parse(row.metadata),
  state: JSON.parse(row.state_data),
}
mark('loaded')
report(loaded)
database.close()
