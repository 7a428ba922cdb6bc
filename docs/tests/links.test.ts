import { expect, test } from 'vitest'
import { brokenLinks, missingPaths } from './links.ts'
import { pageOf, readPages } from './markdown.ts'

test('every link between the pages leads somewhere', () => {
  expect(readPages().flatMap(brokenLinks)).toEqual([])
})

test('every path of the repository that a page names is there', () => {
  expect(readPages().flatMap(missingPaths)).toEqual([])
})

test('every page below docs/ is linked from the index', () => {
  const pages = readPages()
  const index = pages.find(({ path }) => path === 'docs/README.md')?.lines.join('\n') ?? ''
  const unlinked = pages.filter(
    ({ path }) =>
      path.startsWith('docs/') && path !== 'docs/README.md' && !index.includes(`(${path.slice('docs/'.length)})`),
  )
  expect(unlinked.map(({ path }) => path)).toEqual([])
})

test('control: a broken link, a broken anchor and a path that is not there are found', () => {
  const text =
    '[here](README.md)\n[a](no-such-page.md)\n[b](#no-such-heading)\n[c](README.md#no-such-heading)\n[d](https://example.org/x)\nSee `tools/no-such.mjs`.\n'
  const planted = pageOf('docs/planted.md', text)
  expect(brokenLinks(planted)).toEqual([
    'docs/planted.md:2: no-such-page.md leads nowhere',
    'docs/planted.md:3: #no-such-heading leads nowhere',
    'docs/planted.md:4: README.md#no-such-heading leads nowhere',
  ])
  expect(missingPaths(planted)).toEqual(['docs/planted.md:6: there is no tools/no-such.mjs'])
})
