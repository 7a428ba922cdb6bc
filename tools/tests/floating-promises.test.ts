import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root, temporaryFolder } from './temporary-folder.ts'

/** Lints `main.ts` as `npm run check` does, in a folder that sees our packages; the faulty lines come back. */
function lint(main: string): number[] {
  const folder = temporaryFolder()
  for (const [name, target] of [
    ['@descartes/store', 'packages/store'],
    ['@types/node', 'node_modules/@types/node'],
  ] as const) {
    fs.mkdirSync(path.join(folder, 'node_modules', path.dirname(name)), { recursive: true })
    fs.symlinkSync(path.join(root, target), path.join(folder, 'node_modules', name))
  }
  fs.writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: path.join(root, 'tsconfig.base.json') }),
  )
  fs.writeFileSync(path.join(folder, 'later.ts'), 'export const later = async () => 1\n')
  fs.writeFileSync(path.join(folder, 'main.ts'), main)
  const oxlint = path.join(root, 'node_modules/.bin/oxlint')
  const args = [
    '--type-aware',
    '--deny-warnings',
    '-c',
    'oxlint.json',
    '--format',
    'unix',
    path.join(folder, 'main.ts'),
  ]
  const { stdout, status } = spawnSync(oxlint, args, { cwd: root, encoding: 'utf8' })
  const found = [...stdout.matchAll(/main\.ts:(\d+):\d+: .*no-floating-promises/g)].map(([, line]) => Number(line))
  expect(status, stdout).toBe(found.length === 0 ? 0 : 1)
  return found
}

test('a floating promise is an error, whatever file or package it comes from', () => {
  const faults = lint(`import type { PrismaClient } from '@descartes/store/client'
import { later } from './later.ts'
export function faults(client: PrismaClient) {
  later()
  client.event.findMany()
  later().then(() => 1)
}
`)
  expect(faults).toEqual([4, 5, 6])
})

test('an awaited, handled or deliberately ignored one is not', () => {
  const faults = lint(`import { later } from './later.ts'
export async function fine() {
  await later()
  later().catch(() => 1)
  void later()
}
`)
  expect(faults).toEqual([])
})
