import type { Kill } from '../kill.ts'
import { fit, oneLine, type Style, seconds } from '../style.ts'
import { heading } from './heading.ts'

/** What was lost with the process that was killed, and how its successor went on. */
export function showKill(style: Style, kill: Kill): void {
  const { agentId, section, sections, storedPosition, killedPid, successorPid } = kill
  const line = (word: string, text: string) =>
    console.log(`  ${style.dim(word.padEnd(8))} ${fit(text, style.columns - 11)}`)
  heading(style, 'The kill', fit(`in ${oneLine(kill.path)}`, style.columns - 11))
  line('killed', `${agentId}, process ${killedPid}, by ${kill.signal} at section ${section} of ${sections}`)
  line('lost', `the position after section ${section}: its event was stored, this was not`)
  line('kept', `all that was stored before: ${storedPosition} of ${sections} sections, and the task`)
  line('resumed', `${seconds(kill.downMs)} later by process ${successorPid}, at section ${storedPosition + 1}`)
  line('stored', `once: section ${section} was read again, and its event had the same id`)
}
