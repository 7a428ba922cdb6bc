import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'

/** Why system calls cannot be intercepted here; undefined where they can. */
export const CANNOT_INTERCEPT =
  process.platform !== 'linux' ? 'needs Linux' : spawnSync('cc', ['--version']).status !== 0 ? 'needs cc' : undefined

/** For the title of tests that are skipped where system calls cannot be intercepted. */
export const REASON = CANNOT_INTERCEPT === undefined ? '' : ` (${CANNOT_INTERCEPT})`

/** Compiles one of the C files beside this one; returns the environment of a process that loads it before libc. */
export function preload(name: 'failing-disk' | 'write-log', folder: string): NodeJS.ProcessEnv {
  const library = path.join(folder, `${name}.so`)
  const source = path.join(import.meta.dirname, `${name}.c`)
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source])
  return { LD_PRELOAD: library }
}
