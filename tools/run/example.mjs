// Runs an example from its source, as the demo is run.
import fs from 'node:fs'
import { stream } from './child.mjs'

/** @param {string[]} args the example's name, and what it is to be called with */
export function example([name, ...args]) {
  const names = fs.readdirSync('examples')
  if (name !== undefined && names.includes(name))
    return stream(process.execPath, [
      '--conditions=dev-source',
      '--import',
      'tsx',
      `examples/${name}/src/main.ts`,
      ...args,
    ])
  console.error(`usage: npm run example -- <${names.join(' | ')}> [arguments]`)
  return 2
}
