import type { Style } from '../style.ts'

export function heading({ bold, dim }: Style, title: string, aside = ''): void {
  console.log(`\n${bold(title)}${aside === '' ? '' : dim(`  ${aside}`)}`)
}
