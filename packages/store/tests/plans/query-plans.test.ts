import { describe, expect, it, onTestFinished } from 'vitest'
import { SQLITE_MIGRATIONS } from '../../src/migrations/embedded.ts'
import { migrate } from '../../src/migrations/migrate.ts'
import * as operations from '../../src/operations.ts'
import { type Connection, openConnection } from '../../src/sqlite/connection.ts'
import { EVERY_OPERATION, seed } from './every-operation.ts'
import { explain, findSlowParts, record } from './query-plan.ts'

// The full-text index is asked for its matches; "SCAN" is how SQLite calls any use of a virtual table.
// Matches of other sessions and types are passed over: the ranking is of the words. json_each holds a page's hits, and
// the subquery one block of matches.
const SEARCH =
  /^SCAN (?:f (?:EXISTS )?VIRTUAL TABLE INDEX \d+:.*M|json_each |\(subquery-1\)$)|^FILTER (namespace|session_id|event_type)$/

/** What may be slow, by name, and why. */
const EXCEPTIONS: Readonly<Record<string, RegExp>> = {
  // With the deleted agents too, which is for operators; by status among the live ones has an index of its own.
  listAgents: /^FILTER status$/,
  // Some rows at most, one for each migration.
  listMigrations: /_prisma_migrations|TEMP B-TREE/,
  // One row, found by its key.
  saveAgent: /^FILTER version$/,
  // One row at most, whatever is deleted.
  saveEvents: /^SCAN events_deleted_seq$/,
  // The events of the agent's sessions at that time, put in order.
  eventsOfMoment: /^USE TEMP B-TREE FOR ORDER BY$/,
  searchEvents: SEARCH,
  searchItems: SEARCH,
  // What has expired, as far as it is deleted at once, with the bytes of the texts before it.
  deleteExpiredItems: /^SCAN (?:counted|\(subquery-4\))$/,
  // Of all that is below a path, the newest: no index has both in order. Entries of an index are sorted, and no rows.
  listItems: /^SCAN \(subquery-1\)$|^USE TEMP B-TREE FOR ORDER BY$/,
  // The paths found so far, each of which leads to the next.
  listItemPaths: /^SCAN (?:f|found)$/,
}

/** The links of a chain of revisions, each found by its key and handed on to find the next. */
const CHAIN = /^SCAN (?:chain|c)$/

/** Without these, rows are found by another index still, but more are looked at: deleted agents, items of other pages. */
const TO_LOOK_AT_FEWER = /^agent_states_live|^items_namespace_path_/

function seeded(): Connection {
  const location = { url: ':memory:', path: ':memory:', inMemory: true }
  const connection = openConnection(location, { durability: 'full' })
  onTestFinished(() => connection.close())
  migrate(connection, SQLITE_MIGRATIONS, location.url)
  connection.run(seed())
  return connection
}

/** The plans of all statements of every operation, each labelled with the operation and its SQL. */
function explainEverything(connection: Connection): Map<string, string[]> {
  const plans = new Map<string, string[]>()
  for (const [name, runs] of Object.entries(EVERY_OPERATION)) {
    for (const run of runs) {
      connection.database.exec('SAVEPOINT operation')
      for (const step of record(connection, run()))
        plans.set(`${name}: ${step.statement.sql}`, explain(connection, step))
      connection.database.exec('ROLLBACK TO operation; RELEASE operation')
    }
  }
  return plans
}

function slowParts(plans: ReadonlyMap<string, readonly string[]>): string[] {
  return [...plans].flatMap(([label, plan]) => {
    const allowed = EXCEPTIONS[label.slice(0, label.indexOf(':'))]
    return findSlowParts(label, plan)
      .filter((part) => !allowed?.test(part) && !CHAIN.test(part))
      .map((part) => `${part} — ${label}`)
  })
}

describe('the query plans of every operation', () => {
  it('are looked at: no operation is left out', () => {
    const generators = Object.entries(operations).filter(([, value]) => typeof value === 'function')
    expect(Object.keys(EVERY_OPERATION).sort()).toEqual(generators.map(([name]) => name).sort())
  })

  it('read no table from end to end, and sort nothing that an index holds in order', () => {
    const plans = explainEverything(seeded())
    expect(plans.size).toBeGreaterThan(40)
    expect(slowParts(plans)).toEqual([])
  })

  it('never come from a state: lists name every column that they want', () => {
    const lists = [...explainEverything(seeded()).keys()].filter((label) => /^list(Agents|Snapshots)/.test(label))
    expect(lists.length).toBeGreaterThan(5)
    expect(lists.filter((label) => /\*|state_data/.test(label))).toEqual([])
  })

  it('look up a status where it is filtered by one, and never go through all the deleted agents', () => {
    const plans = [...explainEverything(seeded())].filter(
      ([label]) => label.startsWith('listAgents') && label.includes('deleted_at IS NULL'),
    )
    expect(plans.map(([, plan]) => plan.join())).toEqual([
      'SEARCH a USING INDEX agent_states_live_idx (namespace=? AND agent_id>?)',
      'SEARCH a USING INDEX agent_states_live_idx (namespace=? AND agent_id>? AND agent_id<?)',
      'SEARCH a USING INDEX agent_states_live_status_idx (namespace=? AND status=? AND agent_id>?)',
      'SEARCH a USING INDEX agent_states_live_idx (namespace=? AND agent_id>? AND agent_id<?)',
    ])
  })

  it('of items below a path, sort the entries of an index and not the rows', () => {
    const plan = [...explainEverything(seeded())].find(([label]) => label.startsWith('listItems'))?.[1]
    const index = 'USING COVERING INDEX items_namespace_path_seq_expires_at_idx (namespace=? AND path>? AND path<?)'
    expect(plan).toContain(`SEARCH items ${index}`)
  })

  it('are really looked at: they need every index that there is', () => {
    const before = explainEverything(seeded())
    const indexes = seeded().database.prepare<[], string>(
      `SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`,
    )
    const unneeded = indexes
      .pluck()
      .all()
      .filter((name) => {
        const connection = seeded()
        connection.database.exec(`DROP INDEX "${name}"`)
        try {
          const after = explainEverything(connection)
          const isAsBefore = [...before].every(([label, plan]) => plan.join() === after.get(label)?.join())
          return TO_LOOK_AT_FEWER.test(name) ? isAsBefore : slowParts(after).length === 0
        } catch (error) {
          // A statement that names its index cannot even be prepared.
          return !String(error).includes(`no such index: ${name}`)
        }
      })
    expect(unneeded).toEqual([])
  })
})
