import fs from 'node:fs'

/** One entry of the log that write-log.c keeps. */
interface Entry {
  operation: 'W' | 'T' | 'S' | 'A'
  file: 'd' | 'w'
  offset: number
  data: Buffer
}

const SECTOR = 512

/** What a power cut leaves of one file: all that was synced, and any part of what was not. */
class CrashingFile {
  #durable: Buffer = Buffer.alloc(0)
  #pending: Entry[] = []

  take(entry: Entry): void {
    if (entry.operation !== 'S') {
      this.#pending.push(entry)
      return
    }
    this.#durable = this.#pending.reduce(apply, this.#durable)
    this.#pending = []
  }

  /** Of the writes that were not synced none, all, or some are there; of some, only the first sectors. */
  crash(): Buffer {
    const luck = Math.random()
    const survive = this.#pending.filter(() => luck >= 0.25 && (luck < 0.5 || Math.random() < 0.5))
    return survive.map((entry) => (luck > 0.75 ? tear(entry) : entry)).reduce(apply, Buffer.from(this.#durable))
  }
}

function apply(image: Buffer, { operation, offset, data }: Entry): Buffer {
  if (operation === 'T')
    return Buffer.concat([image.subarray(0, offset), Buffer.alloc(Math.max(0, offset - image.length))])
  const end = offset + data.length
  const grown = end > image.length ? Buffer.concat([image, Buffer.alloc(end - image.length)]) : image
  data.copy(grown, offset)
  return grown
}

function tear(entry: Entry): Entry {
  if (entry.data.length <= SECTOR || Math.random() < 0.7) return entry
  const sectors = Math.floor((Math.random() * entry.data.length) / SECTOR)
  return { ...entry, data: entry.data.subarray(0, sectors * SECTOR) }
}

/** What is on the disk after a power cut, and what had been acknowledged by then. */
export interface CrashState {
  database: Buffer
  log: Buffer
  acknowledged: string[]
}

/** Cuts the power at `count` random moments of a log, after the first acknowledgement. */
export function* crashStates(logFile: string, count: number): Generator<CrashState> {
  const entries = readLog(logFile)
  const isAcknowledgement = ({ operation, data }: Entry) => operation === 'A' && !data.toString().startsWith('ready')
  const first = entries.findIndex(isAcknowledgement)
  const moments = Array.from(
    { length: count },
    () => first + 1 + Math.floor(Math.random() * (entries.length - first)),
  ).sort((a, b) => a - b)
  const files = { d: new CrashingFile(), w: new CrashingFile() }
  const acknowledged: string[] = []
  let done = 0
  for (const moment of moments) {
    for (; done < moment; done++) {
      const entry = entries[done] as Entry
      if (entry.operation !== 'A') files[entry.file].take(entry)
      else if (isAcknowledgement(entry)) acknowledged.push(entry.data.toString().trimEnd())
    }
    yield { database: files.d.crash(), log: files.w.crash(), acknowledged: [...acknowledged] }
  }
}

function readLog(logFile: string): Entry[] {
  const log = fs.readFileSync(logFile)
  const entries: Entry[] = []
  for (let at = 0; at < log.length; ) {
    const [operation, file] = log.toString('latin1', at, at + 2) as unknown as [Entry['operation'], Entry['file']]
    const length = log.readUInt32LE(at + 10)
    entries.push({
      operation,
      file,
      offset: Number(log.readBigInt64LE(at + 2)),
      data: log.subarray(at + 14, at + 14 + length),
    })
    at += 14 + length
  }
  return entries
}
