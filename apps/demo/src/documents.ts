import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { type Section, splitSections } from './sections.ts'
import { UsageError } from './usage-error.ts'

/** Where documents come from: a folder, and the paths in it that count. */
export interface Input {
  root: string
  /** Said to people: which documents these are. */
  title: string
  /** Whether a file, by its path relative to the root, is part of it. */
  includes(file: string): boolean
}

export interface Document {
  /** Relative to the input's folder, with `/`; also the id of its task. */
  path: string
  sha256: string
  text: string
  sections: Section[]
}

export interface Documents {
  documents: Document[]
  skipped: { path: string; reason: string }[]
}

const TEXT = /\.(md|markdown|mdx|txt|text|rst|adoc)$/i

/** A section becomes the content of one event, of which the store takes 1 MiB. */
const LARGEST = 1024 * 1024

/** Finds and reads all documents of an input. Every file left out is named, with the reason. */
export function readDocuments(input: Input): Documents {
  const found: Documents = { documents: [], skipped: [] }
  for (const file of textFiles(input)) {
    try {
      found.documents.push(readDocument(input.root, file))
    } catch (error) {
      found.skipped.push({ path: file, reason: (error as Error).message })
    }
  }
  if (found.documents.length > 0) return found
  const skipped = found.skipped.map(({ path, reason }) => `\n  ${path}: ${reason}`).join('')
  throw new UsageError(`there is no document to read in ${input.root} (.md, .txt, .rst, .adoc)${skipped}`)
}

export function readDocument(root: string, file: string): Document {
  // A path is an id in the store, and ids have rules.
  if (file.normalize('NFC') !== file) throw new Error('its name is not in Unicode normal form C')
  if (Buffer.byteLength(file) > 400) throw new Error('its path is longer than 400 bytes')
  const bytes = fs.readFileSync(path.join(root, file))
  if (bytes.length > LARGEST) throw new Error('it is larger than 1 MiB')
  const text = decode(bytes)
  return { path: file, sha256: sha256(bytes), text, sections: splitSections(text) }
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function decode(bytes: Buffer): string {
  if (bytes.includes(0)) throw new Error('it is not text: it holds a NUL byte')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Error('it is not UTF-8 text')
  }
}

function textFiles({ root, includes }: Input): string[] {
  const files: string[] = []
  const walk = (folder: string) => {
    for (const entry of list(path.join(root, folder))) {
      const file = path.posix.join(folder, entry.name)
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      if (entry.isDirectory()) walk(file)
      else if (entry.isFile() && TEXT.test(entry.name) && includes(file)) files.push(file)
    }
  }
  walk('')
  return files.sort()
}

function list(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    throw new UsageError(`cannot read the folder ${folder}: ${(error as Error).message}`)
  }
}
