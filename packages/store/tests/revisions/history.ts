import fc from 'fast-check'
import { type EncodedRevision, encodeRevision } from '../../src/revisions/encode-revision.ts'
import { rebuildRevision } from '../../src/revisions/rebuild-revision.ts'

/** What is tested: the two functions, or ones with a planted fault. */
export interface Codec {
  encode: typeof encodeRevision
  rebuild: typeof rebuildRevision
}

export const CODEC: Codec = { encode: encodeRevision, rebuild: rebuildRevision }

export interface StoredRevision extends EncodedRevision {
  /** What was saved, to compare. */
  text: Buffer
}

/** Texts of a history, which a failing property does not print byte by byte: its seed brings them back. */
export function quiet(texts: Buffer[]): Buffer[] {
  return Object.assign(texts, { [fc.toStringMethod]: () => `texts of ${texts.map(({ length }) => length)} bytes` })
}

/** Saves texts one after the other, each as the version after the last. */
export function saveAll(texts: readonly Buffer[], codec: Codec = CODEC): StoredRevision[] {
  const history: StoredRevision[] = []
  for (const text of texts) history.push({ ...codec.encode(text, history.at(-1)), text })
  return history
}

/** The data that a version is rebuilt from: its keyframe's, and that of the deltas after it. */
export function chainOf(history: readonly StoredRevision[], version: number): Buffer[] {
  const keyframe = history.findLastIndex(({ kind }, i) => i <= version && kind === 'keyframe')
  return history.slice(keyframe, version + 1).map(({ data }) => data)
}

export function read(history: readonly StoredRevision[], version: number, codec: Codec = CODEC): Buffer {
  const { checksum, text } = history[version] as StoredRevision
  return codec.rebuild(chainOf(history, version), checksum, text.length)
}

export function bytesOf(rows: readonly Buffer[]): number {
  return rows.reduce((sum, data) => sum + data.length, 0)
}
