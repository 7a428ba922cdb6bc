// What each command does once everything is prepared. Every one gives its exit code.
import { stream, tool } from './child.mjs'

export { check } from './check.mjs'
export { studio } from './studio.mjs'
export { test } from './test.mjs'

/**
 * Runs an app from its source, so that what is seen is what is there.
 * @param {string} name
 * @returns {(args: string[]) => Promise<number>}
 */
const app = (name) => (args) =>
  stream(process.execPath, ['--conditions=dev-source', '--import', 'tsx', `apps/${name}/src/main.ts`, ...args])

export const demo = app('demo')
export const bench = app('bench')
export const build = async () => 0 // preparing was all of it
/** @param {string[]} args */
export const format = (args) => stream(tool('biome'), ['check', '--write', ...args])
