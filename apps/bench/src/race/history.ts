import fs from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { execute } from '../../../../packages/store/tests/postgresql/execute.ts'
import { keepCheckpoints } from '../checkpoints/checkpoint-keeper.ts'
import { openDescartesSaver, openDescartesSaverOnFile, openSqliteSaver } from '../checkpoints/open-savers.ts'
import type { History } from '../data/conversation.ts'
import { eachChange, eachWhole, openKeeper } from '../histories/descartes.ts'
import type { KeeperKind } from '../histories/keeper.ts'
import { playHistory, requireKept } from '../histories/play-history.ts'
import { openKyselyCopies, openPrismaCopies, openRawCopies } from '../histories/whole-copies.ts'
import { type Figure, figure } from '../measure.ts'
import type { BenchServer } from '../postgresql/server.ts'
import type { ContestantId } from './entrant.ts'
import type { Templates } from './files.ts'
import { openPostgresSaver } from './postgresql.ts'

/** What all turns of a contestant took. */
export interface HistoryResult {
  /** Milliseconds. */
  time: Figure
  /** What is kept. */
  bytes: number
  /** What it took on disk before the server gave back the room of rows that were overwritten. */
  bytesBeforeVacuum?: number
}

/** One state of so many is read back, and the last. */
const READ_ONE_OF = 10

/** Somebody who keeps a history, and the place that it keeps it in. */
interface Keeping {
  name: ContestantId
  open: KeeperKind['open']
  /** Makes the place of a round. */
  place(round: number): Promise<string>
  /** Where it is no file: what it keeps, and what it took before room was given back. */
  bytes?: (place: string) => Promise<{ bytes: number; before: number }>
}

/** On SQLite, each with `synchronous = FULL`. */
export function keepingOnSqlite(folder: string, { plain }: Templates): Keeping[] {
  const url = (file: string) => pathToFileURL(file).href
  const on = (name: ContestantId, open: KeeperKind['open'], template?: string): Keeping => ({
    name,
    open,
    async place(round) {
      const file = path.join(folder, `history-${name}-${round}.db`)
      if (template !== undefined) await fs.copyFile(template, file)
      return file
    },
  })
  return [
    on('descartes', (file) => openKeeper(url(file), 'full', eachWhole)),
    on('descartes-changes', (file) => openKeeper(url(file), 'full', eachChange)),
    on(
      'descartes-saver',
      keepCheckpoints((file) => openDescartesSaverOnFile(file, 'full')),
    ),
    on(
      'langgraph',
      keepCheckpoints((file) => openSqliteSaver(file, 'full')),
    ),
    on('prisma', openPrismaCopies('full'), plain),
    on('kysely', openKyselyCopies('full')),
    on('raw', openRawCopies('full')),
  ]
}

export function keepingOnPostgresql(server: BenchServer): Keeping[] {
  const on = (name: ContestantId, open: KeeperKind['open']): Keeping => ({
    name,
    open,
    place: (round) => server.createDatabase(`history_${name.replace('-', '_')}_${round}`),
    bytes: bytesOfTables,
  })
  return [
    on('descartes', (url) => openKeeper(url, 'full', eachWhole)),
    on('descartes-changes', (url) => openKeeper(url, 'full', eachChange)),
    on(
      'descartes-saver',
      keepCheckpoints((url) => openDescartesSaver(url, 'full')),
    ),
    on('langgraph', keepCheckpoints(openPostgresSaver)),
  ]
}

/** Everybody keeps the same history, in turns; then states are read back and compared, before any figure is given. */
export async function measureHistory(
  keeping: readonly Keeping[],
  history: History,
  rounds: number,
  progress: (what: string) => void,
): Promise<Partial<Record<ContestantId, HistoryResult>>> {
  const millis = keeping.map((): number[] => [])
  const results: Partial<Record<ContestantId, HistoryResult>> = {}
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`)
    const places = await Promise.all(keeping.map(({ place }) => place(round)))
    const seats = keeping.map(({ name, open }, i) => ({ kind: { title: name, open }, path: places[i] as string }))
    const played = await playHistory(history, seats, round)
    for (const [i, { name, bytes: measure }] of keeping.entries()) {
      const seat = seats[i] as (typeof seats)[number]
      progress(`reading back what ${name} has kept`)
      await requireKept(history, seat, READ_ONE_OF)
      millis[i]?.push(played[i]?.millis as number)
      const { bytes, before } = (await measure?.(seat.path)) ?? { bytes: played[i]?.bytes as number, before: undefined }
      results[name] = { time: figure(millis[i] ?? []), bytes, ...(before && { bytesBeforeVacuum: before }) }
      await fs.rm(seat.path, { force: true })
    }
  }
  return results
}

/** PostgreSQL keeps a row that is overwritten until it is vacuumed, which the server does by itself, but only later. */
async function bytesOfTables(url: string): Promise<{ bytes: number; before: number }> {
  const before = await tableBytes(url)
  await execute(url, 'VACUUM FULL')
  return { bytes: await tableBytes(url), before }
}

async function tableBytes(url: string): Promise<number> {
  const { rows } = await execute(
    url,
    `SELECT sum(pg_total_relation_size(c.oid))::float8 AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
  )
  return (rows[0] as { bytes: number }).bytes
}
