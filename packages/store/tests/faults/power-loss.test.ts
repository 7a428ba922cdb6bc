import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Durability } from '../../src/sqlite/connection.ts'
import { findLosses } from '../processes/ledger.ts'
import { Program, usePrograms } from '../processes/program.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type CrashState, crashStates } from './crash-states.ts'
import { CANNOT_INTERCEPT, preload, REASON } from './preload.ts'

usePrograms()

/** Lets a writer write for a while, cuts the power at many moments of that, and tells what each time was lost. */
async function cutPower(durability: Durability, times: number): Promise<string[][]> {
  const folder = temporaryFolder()
  const log = path.join(folder, 'writes')
  const writer = new Program('write-until-killed', ['writer', 'honest', durability], {
    ...preload('write-log', folder),
    WRITE_LOG: log,
  })
  writer.tell(path.join(folder, 'state.db'))
  while (writer.lines.length < 500) await sleep(5)
  await writer.kill()
  const file = path.join(folder, 'recovered.db')
  return Array.from(crashStates(log, times), (state) => lossesOf(state, file))
}

function lossesOf({ database, log, acknowledged }: CrashState, file: string): string[] {
  for (const end of ['', '-wal', '-shm']) fs.rmSync(`${file}${end}`, { force: true })
  fs.writeFileSync(file, database)
  if (log.length > 0) fs.writeFileSync(`${file}-wal`, log)
  try {
    return findLosses(file, acknowledged)
  } catch (error) {
    return [String(error)]
  }
}

describe.skipIf(CANNOT_INTERCEPT)(`a power cut at any moment${REASON}`, () => {
  it('loses nothing that was acknowledged, and leaves neither halves nor damage', async () => {
    const losses = await cutPower('full', 60)
    expect(losses).toHaveLength(60)
    expect(losses.filter((found) => found.length > 0)).toEqual([])
  })

  it('is really looked at: with durability normal it does take the last writes, and nothing else', async () => {
    const losses = await cutPower('normal', 25)
    expect(losses.filter((found) => found.length > 0)).not.toEqual([])
    // Not even the migrations need be there; but what is there is whole.
    expect(losses.flat().filter((loss) => !/^(events|status|transaction) writer|no such table/.test(loss))).toEqual([])
  })
})
