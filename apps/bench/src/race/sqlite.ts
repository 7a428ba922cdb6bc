import fs from 'node:fs/promises'
import path from 'node:path'
import { NO_RECORD } from '../before/by-hand.ts'
import { openDescartesSaverOnFile, openSqliteSaver } from '../checkpoints/open-savers.ts'
import { durabilityAlone } from '../subjects/connection.ts'
import { openDescartes } from '../subjects/descartes.ts'
import { openKysely } from '../subjects/kysely.ts'
import { openRaw } from '../subjects/raw.ts'
import type { Durability } from '../subjects/subject.ts'
import { enterEmmett, findEmmett } from './emmett.ts'
import type { Entrant } from './entrant.ts'
import type { Templates } from './files.ts'
import { onOurTables } from './on-our-tables.ts'
import type { RaceName } from './operations.ts'
import { enterPrisma } from './prisma.ts'
import { enterSaver } from './saver-entrant.ts'

/** Opens every contestant on a SQLite file of its own, all with the same agents and events; Emmett's, for appends, is empty. */
export async function enterSqlite(
  folder: string,
  templates: Templates,
  durability: Durability,
  races: readonly RaceName[],
): Promise<Entrant[]> {
  const at = (name: string) => path.join(folder, `${name}-${durability}.db`)
  const copy = async (template: string, name: string) => {
    await fs.copyFile(template, at(name))
    return at(name)
  }
  const emmett = races.includes('append') ? findEmmett() : undefined
  const settings = durabilityAlone(durability)
  return [
    onOurTables('descartes', await openDescartes(await copy(templates.ours, 'descartes'), durability)),
    await enterSaver('descartes-saver', () => openDescartesSaverOnFile(at('descartes-saver'), durability), 64),
    await enterSaver('langgraph', () => openSqliteSaver(at('langgraph'), durability), 64),
    await enterPrisma(await copy(templates.plain, 'prisma'), durability),
    onOurTables('kysely', await openKysely(await copy(templates.plain, 'kysely'), durability)),
    ...(emmett === undefined || 'missing' in emmett ? [] : [await enterEmmett(emmett, at('emmett'), durability)]),
    onOurTables('raw', await openRaw(await copy(templates.searched, 'raw'), durability, NO_RECORD, settings), {
      joinedByHand: true,
    }),
  ]
}
