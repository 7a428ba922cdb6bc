import { openRaw } from '../subjects/raw.ts'
import type { PrepareRecord } from '../subjects/raw-agents.ts'
import type { OpenSubject } from '../subjects/subject.ts'

// What a row of history costs whoever writes it, with nothing computed and nothing in it: the least that every version
// kept in the commit of its save can cost.

const prepareEmptyRecord: PrepareRecord = (database) =>
  database.prepare(
    `INSERT INTO agent_revisions (namespace, agent_id, version, kind, status, size, created_at, chain_bytes, chain_start, data)
     SELECT namespace, agent_id, version, 'plain', status, 0, updated_at, 0, version, x'' FROM agent_states WHERE namespace = ? AND agent_id = ?`,
  )

export const NO_RECORD: PrepareRecord = () => ({ run() {} })

export const openNewestOnly: OpenSubject = (file, durability) => openRaw(file, durability, NO_RECORD)
export const openWithEmptyRow: OpenSubject = (file, durability) => openRaw(file, durability, prepareEmptyRecord)
