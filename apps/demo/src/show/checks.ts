import { fit, oneLine, type Style } from '../style.ts'
import type { Check } from '../verify/verify.ts'
import { heading } from './heading.ts'

const SHOWN = 5

/** Every check with its outcome. @returns whether all hold */
export function showChecks(style: Style, checks: readonly Check[]): boolean {
  heading(style, 'Verified', 'the store against a recount from the files')
  for (const { title, problems } of checks) {
    console.log(`  ${problems.length === 0 ? style.green('✔') : style.red('✖')} ${fit(title, style.columns - 4)}`)
    for (const problem of problems.slice(0, SHOWN)) console.log(`      ${oneLine(problem)}`)
    if (problems.length > SHOWN) console.log(style.dim(`      … ${problems.length - SHOWN} more`))
  }
  return checks.every(({ problems }) => problems.length === 0)
}
