import { expect, test } from 'vitest'
import { brokenCommands, PNPM } from './commands.ts'
import { pageOf, readPages } from './markdown.ts'

test('every command in the pages names a script or a program that is there', () => {
  expect(readPages().flatMap(brokenCommands)).toEqual([])
})

test('control: commands that are not there are found', () => {
  const text =
    '```sh\nnpm run demo\nnpm run no-such-script\nnpx --yes pnpm@1.2.3 install\nnpx no-such-command\nnpx --yes ADD\nnode tools/no-such.mjs\nno-such-shell && npm test # fine\n```\nRun `npm run neither`.\n'
  const add = `${PNPM} add pg @prisma/adapter-pg@1.0.0`
  const page = pageOf('planted.md', text.replace('ADD', add))
  expect(brokenCommands(page).map((fault) => fault.replace(/pinned .*/, 'pinned'))).toEqual([
    'planted.md:3: npm run no-such-script is no script of package.json',
    'planted.md:4: npx --yes pnpm@1.2.3 install is not the pinned',
    'planted.md:5: npx no-such-command is no command of the repository',
    `planted.md:6: npx --yes ${add} adds @prisma/adapter-pg@1.0.0, which the store does not ask for`,
    'planted.md:7: node tools/no-such.mjs names tools/no-such.mjs, which is not there',
    'planted.md:8: no-such-shell is not known to the test of commands',
    'planted.md:10: npm run neither is no script of package.json',
  ])
})
