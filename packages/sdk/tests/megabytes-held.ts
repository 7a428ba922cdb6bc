import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Megabytes that are in use while what `work` gives is held. */
export function megabytesHeld(work: () => unknown): number {
  const used = () => {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = used()
  const held = work()
  const after = used()
  return held === undefined ? 0 : (after - before) / 1e6
}
