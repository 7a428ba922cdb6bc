import { expect, test } from 'vitest'
import { pageOf, readPages } from './markdown.ts'
import { styleFaults } from './style.ts'

test('code that is pasted from the pages passes the check of format and lint', () => {
  expect(styleFaults(readPages())).toBeUndefined()
})

test('control: a line that is too long, and a variable that nobody uses, are found', () => {
  const long = `console.log(${Array.from({ length: 30 }, (_, i) => `'${i}'`).join(', ')})`
  expect(styleFaults([pageOf('planted/long.md', `\`\`\`ts\n${long}\n\`\`\`\n`)])).toContain('format')
  expect(styleFaults([pageOf('planted/unused.md', '```ts a.ts\nimport fs from "node:fs"\n```\n')])).toContain(
    'noUnusedImports',
  )
})
