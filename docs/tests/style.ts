import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { blocksOf, type Page, ROOT } from './markdown.ts'

const require = createRequire(import.meta.url)
const BIOME = path.join(path.dirname(require.resolve('@biomejs/biome/package.json')), 'bin/biome')
const CHECKED = new Set(['ts', 'json'])

/**
 * What `npm run check` would have to say about the pages' code, once a reader has pasted it: a page's unnamed TypeScript is
 * one file, each named block is another. Undefined if nothing.
 */
export function styleFaults(pages: readonly Page[]): string | undefined {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-style-'))
  try {
    const { $schema: _, vcs: __, ...config } = JSON.parse(fs.readFileSync(path.join(ROOT, 'biome.json'), 'utf8'))
    fs.writeFileSync(path.join(folder, 'biome.json'), JSON.stringify(config))
    for (const page of pages) paste(page, folder)
    const args = [BIOME, 'check', '--error-on-warnings', '--max-diagnostics=none', '--colors=off', 'pages']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    return status === 0 ? undefined : `${stdout}${stderr}`
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function paste(page: Page, folder: string): void {
  const texts = new Map<string, string[]>()
  for (const { language, file = `page.${language}`, lines } of blocksOf(page))
    if (CHECKED.has(language)) texts.set(file, [...(texts.get(file) ?? []), `${lines.join('\n')}\n`])
  for (const [name, blocks] of texts) {
    const file = path.join(folder, 'pages', page.path.replace(/\.md$/, ''), name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, blocks.join('\n'))
  }
}
