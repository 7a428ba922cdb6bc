import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** A folder of documents whose counts are known by hand: 4 documents, 13 sections, 43 words. */
const FILES = {
  // 3 sections of 3, 3 and 3 words
  'guide.md': '# Guide to lighthouses\n\n## The lamp room\n\n## The fog horn\n',
  // 7 sections of 4, 3, 3, 3, 3, 3 and 4 words; the fence holds no heading
  'deep/keeper.md':
    '# Lighthouse keeper, a day\n## One: wake up\n## Two: trim wicks\n## Three: wind clockwork\n```\n# \n```\n## Four: write log\n## Five: keep watch\n## Six: go to bed\n',
  // 1 section of 5 words
  'notes.txt': 'The lighthouse stands; waves break.\n',
  // 2 sections of 3 and 3 words, with a byte order mark, CRLF and no line break at the end
  'odd.markdown': '\uFEFF# Łódź, 灯台 & café\r\n## It\u2019s \u001b[31mred',
}
export const COUNTS = { documents: 4, sections: 13, words: 43 }

export function makeFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-demo-'))
  for (const [name, text] of Object.entries(FILES)) {
    const file = path.join(folder, 'input', name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
  }
  fs.writeFileSync(path.join(folder, 'input', 'binary.txt'), 'a\0b')
  fs.writeFileSync(path.join(folder, 'input', 'picture.png'), 'no text file')
  return folder
}
