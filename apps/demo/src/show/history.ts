import type { StateStore } from '@descartes/sdk'
import { allPages } from '../pages.ts'
import { fit, oneLine, type Style } from '../style.ts'
import type { WorkerState } from '../worker-state.ts'
import { heading } from './heading.ts'

/** An agent's transitions: the first ones, those around the kill, the last ones. */
export async function showHistory(style: Style, store: StateStore<WorkerState>, agentId: string): Promise<void> {
  const history = (await allPages((page) => store.getStateHistory(agentId, page))).reverse()
  const kill = history.findIndex(({ after }) => after === 'lost')
  const start = history[0]?.timestamp.getTime() ?? 0
  heading(style, `The history of ${agentId}`, `${history.length} transitions, oldest first`)
  let left = 0
  for (const [i, { before, after, reason, timestamp }] of history.entries()) {
    if (i >= 2 && Math.abs(i - kill) > 2 && i < history.length - 2) left += 1
    else {
      if (left > 0) console.log(style.dim(`            … ${left} more`))
      left = 0
      const time = `${((timestamp.getTime() - start) / 1000).toFixed(3)} s`.padStart(8)
      const step = `${before} → ${after}`.padEnd(17)
      const text = fit(oneLine(reason ?? ''), style.columns - 31)
      console.log(`  ${style.dim(time)}  ${after === 'lost' || before === 'lost' ? style.yellow(step) : step}  ${text}`)
    }
  }
}
