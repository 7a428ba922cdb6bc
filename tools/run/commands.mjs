// What each command does once everything is prepared. Every one gives its exit code.
import { stream, tool } from './child.mjs'
import { installPeers } from './peers.mjs'

export { check } from './check.mjs'
export { example } from './example.mjs'
export { studio } from './studio.mjs'
export { test } from './test.mjs'

/**
 * Runs an app from its source, so that what is seen is what is there.
 * @param {string[]} args
 */
export const demo = (args) =>
  stream(process.execPath, ['--conditions=dev-source', '--import', 'tsx', 'apps/demo/src/main.ts', ...args])

/**
 * Measures the packages as they are published: tsx would slow down our source, and nobody else's.
 * @param {string[]} args
 */
export async function bench(args) {
  if (args.includes('--peers') && !args.includes('--help')) await installPeers()
  return stream(process.execPath, ['--import', 'tsx', 'apps/bench/src/main.ts', ...args])
}
export const build = async () => 0 // preparing was all of it
/** @param {string[]} args */
export const changeset = (args) => stream(tool('changeset'), args)
/** @param {string[]} args */
export const format = (args) => stream(tool('biome'), ['check', '--write', ...args])
