import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { blocksOf, type Page, proseOf, ROOT } from './markdown.ts'

const require = createRequire(import.meta.url)
const { peerDependencies, bin } = require('../../packages/sdk/package.json') as {
  peerDependencies: Record<string, string>
  bin: Record<string, string>
}
const { scripts, packageManager } = require('../../package.json') as {
  scripts: Record<string, string>
  packageManager: string
}
/** `pnpm@10.34.9`, as package.json pins it. */
export const PNPM = packageManager.split('+')[0] as string

/** What is wrong with a shell command; undefined when all that it names is there. */
type Check = (words: readonly string[]) => string | undefined

const CHECKS: Readonly<Record<string, Check>> = {
  npm: ([verb, script]) =>
    verb === 'test' || (verb === 'run' && Object.hasOwn(scripts, script ?? ''))
      ? undefined
      : 'is no script of package.json',
  npx: (words) => {
    const [command = '', ...rest] = words.filter((word) => word !== '--yes')
    if (Object.hasOwn(bin, command)) return undefined
    if (command.startsWith('pnpm@')) return command === PNPM ? unwanted(rest) : `is not the pinned ${PNPM}`
    return fs.existsSync(path.join(ROOT, 'node_modules/.bin', command))
      ? missingFile(rest)
      : 'is no command of the repository'
  },
  node: missingFile,
  git: ([verb]) => (verb === 'clone' ? undefined : 'is not expected here'),
  cd: () => undefined,
  mkdir: () => undefined,
  sqlite3: () => undefined,
  docker: () => undefined,
  sudo: () => undefined,
}

/** Commands of a page's ```sh blocks, and npm's scripts in its prose, that name what is not there. */
export function brokenCommands(page: Page): string[] {
  const inBlocks = blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ line, lines }) => lines.map((text, i) => ({ line: line + 1 + i, text })))
  const inProse = proseOf(page).flatMap((text, i) =>
    [...text.matchAll(/`(npm (?:run|test)[^`]*)`/g)].map((match) => ({ line: i + 1, text: match[1] ?? '' })),
  )
  return [...inBlocks, ...inProse].flatMap(({ line, text }) =>
    text.split('&&').flatMap((part) => {
      const words = withoutComment(part)
        .split(/\s+/)
        .filter((word) => word !== '')
      const fault = words[0] === undefined ? undefined : faultOf(words[0], words.slice(1))
      return fault === undefined ? [] : [`${page.path}:${line}: ${words.join(' ')} ${fault}`]
    }),
  )
}

function faultOf(command: string, words: readonly string[]): string | undefined {
  return Object.hasOwn(CHECKS, command) ? CHECKS[command]?.(words) : 'is not known to the test of commands'
}

/** Packages that pnpm is to add, and that the store does not ask for, or not in this version. */
function unwanted([verb, ...names]: readonly string[]): string | undefined {
  if (verb !== 'add') return undefined
  const other = names.find((name) => {
    const [, bare = '', version] = /^(.+?)(?:@(.+))?$/.exec(name) ?? []
    const asked = peerDependencies[bare]
    return asked === undefined || (/^\d/.test(asked) ? version !== asked : version !== undefined)
  })
  return other === undefined ? undefined : `adds ${other}, which the store does not ask for`
}

/** Files of the repository among the words, that are not there. */
function missingFile(words: readonly string[]): string | undefined {
  const file = words.find(
    (word) => /^(?:packages|prisma|tools|docs|apps)\//.test(word) && !fs.existsSync(path.join(ROOT, word)),
  )
  return file === undefined ? undefined : `names ${file}, which is not there`
}

function withoutComment(text: string): string {
  return text.replace(/(^|\s)#.*$/, '')
}
