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
import type { Progress } from '../progress.ts'
import type { ContestantId } from './entrant.ts'
import type { Templates } from './files.ts'
import { openPostgresSaver } from './postgresql.ts'

/** What all turns of a contestant took. */
export interface HistoryResult {
  millis: Figure
  bytes: number
}

/** Somebody who keeps a history, and the place that it keeps it in. */
interface Keeping {
  name: ContestantId
  open: KeeperKind['open']
  /** Makes the place of a round. */
  place(round: number): Promise<string>
  bytes?: (place: string) => Promise<number>
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

/** Everybody keeps the same history, in turns. In the last round each state is read back and compared. */
export async function measureHistory(
  keeping: readonly Keeping[],
  history: History,
  rounds: number,
  progress: Progress,
): Promise<Partial<Record<ContestantId, HistoryResult>>> {
  const played = keeping.map((): { millis: number[]; bytes: number[] } => ({ millis: [], bytes: [] }))
  for (let round = 0; round < rounds; round++) {
    progress.at(`history: round ${round + 1} of ${rounds}`)
    const seats = await Promise.all(
      keeping.map(async ({ name, open, bytes, place }) => ({
        kind: { title: name, open, ...(bytes && { bytes }) },
        path: await place(round),
      })),
    )
    for (const [i, { millis, bytes }] of (await playHistory(history, seats, round)).entries()) {
      played[i]?.millis.push(millis)
      played[i]?.bytes.push(bytes)
    }
    if (round === rounds - 1)
      for (const seat of seats) {
        progress.at(`history: reading back what ${seat.kind.title} has kept`)
        await requireKept(history, seat)
      }
    for (const { path } of seats) await fs.rm(path, { force: true })
  }
  return Object.fromEntries(
    keeping.map(({ name }, i) => [
      name,
      { millis: figure(played[i]?.millis ?? []), bytes: figure(played[i]?.bytes ?? []).median },
    ]),
  )
}

async function bytesOfTables(url: string): Promise<number> {
  const { rows } = await execute(
    url,
    `SELECT sum(pg_total_relation_size(c.oid))::float8 AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
  )
  return (rows[0] as { bytes: number }).bytes
}
