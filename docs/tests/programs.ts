import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { blocksOf, type Page, ROOT } from './markdown.ts'

const require = createRequire(import.meta.url)
const TSX = pathToFileURL(require.resolve('tsx')).href
const VITEST = path.join(path.dirname(require.resolve('vitest/package.json')), 'vitest.mjs')

const VITEST_CONFIG = `export default {
  resolve: { conditions: ['dev-source'] },
  ssr: { resolve: { conditions: ['dev-source', 'node', 'module', 'import', 'default'] } },
}`

/** A program that takes longer is ended, and so fails. */
export const LONGEST_RUN_MS = 300_000

/** A program that a page holds, written to a folder of its own. */
export interface Program {
  readonly page: Page
  readonly file: string
  /** The lines it must print, from the comments `// → …` in it, in their order. */
  readonly expected: readonly string[]
}

/** Where the programs of pages are written, with the packages that they import. */
export class Workshop {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-docs-'))

  constructor() {
    fs.writeFileSync(path.join(this.folder, 'package.json'), '{ "type": "module" }')
    this.#link('@descartes/sdk', 'packages/sdk')
    this.#link('@descartes/store', 'packages/store')
    this.#link('@descartes/langgraph', 'packages/langgraph')
    this.#link('@descartes/openai-agents', 'packages/openai-agents')
    for (const name of ['@openai/agents', 'zod']) this.#link(name, `packages/openai-agents/node_modules/${name}`)
    for (const name of ['core', 'langgraph'])
      this.#link(`@langchain/${name}`, `packages/langgraph/node_modules/@langchain/${name}`)
    this.#link('valibot', 'packages/sdk/node_modules/valibot')
    this.#link('vitest', 'node_modules/vitest')
    this.#link('@types/node', 'node_modules/@types/node')
  }

  /**
   * Writes the programs of a page. All its unnamed blocks together are one, in their order; a block that names a file is
   * that file. Each line keeps its number, so that an error points into the page.
   */
  write(page: Page): Program[] {
    const folder = path.join(this.folder, page.path.replace(/\.md$/, '').replaceAll('/', '-'))
    const texts = new Map<string, string[]>()
    for (const { language, file = 'page.ts', line, lines } of blocksOf(page)) {
      if (language !== 'ts') continue
      const text = texts.get(file) ?? new Array<string>(page.lines.length).fill('')
      text.splice(line, lines.length, ...lines)
      texts.set(file, text)
    }
    return [...texts].map(([name, lines]) => {
      const file = path.join(folder, name)
      fs.mkdirSync(path.dirname(file), { recursive: true })
      // Without an import or export of its own, a file would share its names with all the others.
      fs.writeFileSync(file, `${lines.join('\n')}\nexport {}\n`)
      return { page, file, expected: lines.flatMap((line) => /\/\/ → (.*)$/.exec(line)?.[1] ?? []) }
    })
  }

  /** Checks the types of programs, all at once; the errors, each with its page and line. */
  typeErrors(programs: readonly Program[]): string[] {
    const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.base.json'), ts.sys.readFile)
    const options = ts.convertCompilerOptionsFromJson(config.compilerOptions, this.folder).options
    const checked = ts.createProgram(
      programs.map(({ file }) => file),
      options,
    )
    return programs.flatMap(({ page, file }) => {
      const source = checked.getSourceFile(file)
      return [...checked.getSyntacticDiagnostics(source), ...checked.getSemanticDiagnostics(source)].map((found) => {
        const line = (source?.getLineAndCharacterOfPosition(found.start ?? 0).line ?? 0) + 1
        return `${page.path}:${line}: ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`
      })
    })
  }

  /** Runs a program in its folder, a `*.test.ts` with vitest. */
  run({ file }: Program, ...args: string[]): Promise<Run> {
    const folder = path.dirname(file)
    if (!file.endsWith('.test.ts')) return node(folder, '--conditions=dev-source', '--import', TSX, file, ...args)
    const config = path.join(folder, 'vitest.config.mjs')
    fs.writeFileSync(config, VITEST_CONFIG)
    return node(folder, VITEST, 'run', '--root', folder, '--config', config)
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true })
  }

  #link(name: string, target: string): void {
    const link = path.join(this.folder, 'node_modules', name)
    fs.mkdirSync(path.dirname(link), { recursive: true })
    fs.symlinkSync(path.join(ROOT, target), link, 'junction')
  }
}

export interface Run {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

function node(cwd: string, ...args: string[]): Promise<Run> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1' }
  const child = spawn(process.execPath, args, { cwd, env, timeout: LONGEST_RUN_MS, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ stdout, stderr, code, signal }))
  })
}
