import fs from 'node:fs'
import path from 'node:path'

export const ROOT = path.resolve(import.meta.dirname, '../..')

/** A page of Markdown. */
export interface Page {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string
  readonly lines: readonly string[]
}

/** A fenced block of a page. */
export interface Block {
  /** The line of the opening fence, counted from 1. */
  readonly line: number
  readonly language: string
  /** The file that the block is, when the fence names one: ```ts agent.ts */
  readonly file: string | undefined
  readonly lines: readonly string[]
}

const FOLDERS = ['.', 'docs', 'packages', 'apps', 'examples']
const PASSED_OVER = new Set(['node_modules', 'dist', 'generated', 'tests', 'src'])

/** Every page that people read: those at the root, and all below docs/, packages/, apps/ and examples/. */
export function readPages(): Page[] {
  return FOLDERS.flatMap((folder) => markdownFiles(folder)).map(readPage)
}

export function readPage(file: string): Page {
  return pageOf(file, fs.readFileSync(path.join(ROOT, file), 'utf8'))
}

export function pageOf(file: string, text: string): Page {
  return { path: file, lines: text.split('\n') }
}

export function blocksOf(page: Page): Block[] {
  const blocks: Block[] = []
  let open: { line: number; language: string; file: string | undefined; lines: string[] } | undefined
  for (const [i, line] of page.lines.entries()) {
    const fence = /^\s*```(.*)$/.exec(line)
    if (fence === null) open?.lines.push(line)
    else if (open !== undefined) {
      blocks.push(open)
      open = undefined
    } else {
      const [language = '', file] = (fence[1] ?? '').trim().split(/\s+/)
      open = { line: i + 1, language, file, lines: [] }
    }
  }
  if (open !== undefined) throw new Error(`${page.path}:${open.line}: the block is never closed`)
  return blocks
}

/** The page's prose: its lines, with those of the blocks empty. */
export function proseOf(page: Page): string[] {
  const lines = [...page.lines]
  for (const { line, lines: inside } of blocksOf(page)) lines.fill('', line - 1, line + inside.length + 1)
  return lines
}

function markdownFiles(folder: string): string[] {
  const entries = fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const file = path.posix.join(folder, entry.name)
    if (entry.isDirectory()) return folder === '.' || PASSED_OVER.has(entry.name) ? [] : markdownFiles(file)
    return entry.name.endsWith('.md') && !entry.name.startsWith('CHANGELOG') ? [file] : []
  })
}
