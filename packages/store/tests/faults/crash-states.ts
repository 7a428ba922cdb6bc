import fs from 'node:fs'

/** One entry of the log that write-log.c keeps. */
interface Entry {
  operation: 'W' | 'T' | 'S' | 'A'
  file: 'd' | 'w'
  offset: number
  data: Buffer
}

const SECTOR = 512

/** The bytes of a file. Their memory grows by half and more, not with each write. */
class Image {
  #memory = Buffer.alloc(2 ** 20)
  #length = 0

  apply({ operation, offset, data }: Entry): void {
    const end = operation === 'T' ? offset : Math.max(offset + data.length, this.#length)
    if (end > this.#memory.length) this.#memory = Buffer.concat([this.#memory], Math.ceil(end * 1.5))
    if (end < this.#length) this.#memory.fill(0, end, this.#length)
    this.#length = end
    data.copy(this.#memory, offset)
  }

  copy(): Image {
    const copy = new Image()
    copy.#memory = Buffer.from(this.#memory.subarray(0, this.#length))
    copy.#length = this.#length
    return copy
  }

  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length)
  }
}

/** What a power cut leaves of one file: all that was synced, and any part of what was not. */
class CrashingFile {
  readonly #durable = new Image()
  #pending: Entry[] = []

  take(entry: Entry): void {
    if (entry.operation !== 'S') {
      this.#pending.push(entry)
      return
    }
    for (const write of this.#pending.splice(0)) this.#durable.apply(write)
  }

  /** Of the writes that were not synced none, all, or some are there; of some, only the first sectors. */
  crash(): Buffer {
    const luck = Math.random()
    const survive = this.#pending.filter(() => luck >= 0.25 && (luck < 0.5 || Math.random() < 0.5))
    const image = this.#durable.copy()
    for (const entry of survive) image.apply(luck > 0.75 ? tear(entry) : entry)
    return image.bytes
  }
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
