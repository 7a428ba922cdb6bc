import fs from 'node:fs'
import path from 'node:path'
import { type Page, proseOf, ROOT } from './markdown.ts'

const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g
/** A path of this repository, standing in `code`. */
const PATH = /`((?:packages|prisma|tools|docs|apps)\/[\w./@-]+)`/g

/** Links of a page that lead nowhere: to a file that is not there, or to a heading that its page does not have. */
export function brokenLinks(page: Page): string[] {
  return findAll(page, LINK).flatMap(({ line, text }) => {
    if (/^[a-z]+:/.test(text)) return []
    const [file = '', anchor] = text.split('#', 2)
    const target = file === '' ? page.path : path.posix.join(path.posix.dirname(page.path), file)
    const found = file === '' || fs.existsSync(path.join(ROOT, target))
    if (found && (anchor === undefined || anchorsOf(file === '' ? page.lines : readLines(target)).has(anchor)))
      return []
    return [`${page.path}:${line}: ${text} leads nowhere`]
  })
}

/** Paths that a page names in `code` and that are not there. */
export function missingPaths(page: Page): string[] {
  return findAll(page, PATH).flatMap(({ line, text }) =>
    fs.existsSync(path.join(ROOT, text)) ? [] : [`${page.path}:${line}: there is no ${text}`],
  )
}

function findAll(page: Page, pattern: RegExp): { line: number; text: string }[] {
  return proseOf(page).flatMap((line, i) =>
    [...line.matchAll(pattern)].map((match) => ({ line: i + 1, text: match[1] ?? '' })),
  )
}

function readLines(file: string): string[] {
  return file.endsWith('.md') ? fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n') : []
}

/** The anchors that GitHub gives a page's headings. */
function anchorsOf(lines: readonly string[]): Set<string> {
  const headings = lines.flatMap((line) => /^#+ (.+)$/.exec(line)?.[1] ?? [])
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
