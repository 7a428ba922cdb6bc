import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'

/** Why the disk cannot be made to fail here; undefined where it can. */
export const NO_FAILING_DISK =
  process.platform !== 'linux' ? 'needs Linux' : spawnSync('cc', ['--version']).status !== 0 ? 'needs cc' : undefined

/** Compiles the library that makes system calls fail; resolves the environment of a process that loads it. */
export function loadFailingDisk(folder: string, control: string): NodeJS.ProcessEnv {
  const library = path.join(folder, 'failing-disk.so')
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, path.join(import.meta.dirname, 'failing-disk.c')])
  return { LD_PRELOAD: library, FAILING_DISK: control }
}
