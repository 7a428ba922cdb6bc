import type { ContestantId } from './entrant.ts'

export type Engine = 'sqlite' | 'postgresql'

/** How a contestant is shown, and what it does and does not do. */
export interface Contestant {
  title: Record<Engine, string | undefined>
  /** The same in every plot. */
  colour: string
  /** What is kept of an agent's older versions. */
  versions: string
  /** The same on PostgreSQL, where it differs. */
  versionsOnServer?: string
  /** How calls that are in flight together are committed. */
  commits: string
}

const PER_CALL = 'one for each call'

/** In the order of tables and legends: ours first, the limit last. */
export const CONTESTANTS: Record<ContestantId, Contestant> = {
  descartes: {
    title: { sqlite: 'Descartes', postgresql: 'Descartes' },
    colour: '#1d4ed8',
    versions: 'every one, as changes',
    commits: 'joined by the store',
  },
  'descartes-changes': {
    title: { sqlite: 'Descartes, told each change', postgresql: 'Descartes, told each change' },
    colour: '#60a5fa',
    versions: 'every one, as changes',
    commits: 'joined by the store',
  },
  'descartes-saver': {
    title: { sqlite: 'DescartesSaver', postgresql: 'DescartesSaver' },
    colour: '#0e9f8e',
    versions: 'every checkpoint, as changes',
    commits: 'joined by the store',
  },
  langgraph: {
    title: { sqlite: 'LangGraph SqliteSaver 1.0.4', postgresql: 'LangGraph PostgresSaver 1.0.5' },
    colour: '#d97706',
    versions: 'every checkpoint, whole',
    commits: PER_CALL,
  },
  prisma: {
    title: { sqlite: 'Prisma 7.10.0, official adapter', postgresql: undefined },
    colour: '#be185d',
    versions: 'the newest only',
    commits: PER_CALL,
  },
  kysely: {
    title: { sqlite: 'kysely 0.28.18', postgresql: undefined },
    colour: '#7c3aed',
    versions: 'the newest only',
    commits: PER_CALL,
  },
  emmett: {
    title: { sqlite: 'Emmett SQLite 0.42.4', postgresql: undefined },
    colour: '#84500f',
    versions: 'events alone',
    commits: `${PER_CALL}, one after the other`,
  },
  raw: {
    title: { sqlite: 'raw better-sqlite3', postgresql: 'raw pg' },
    colour: '#6b7280',
    versions: 'the newest only',
    versionsOnServer: 'every one, whole',
    commits: 'joined by hand: all in flight in one transaction',
  },
}
