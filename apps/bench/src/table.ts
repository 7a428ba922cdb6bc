import Table from 'cli-table3'
import type { Figure } from './measure.ts'

/** A table with its title above it; the first column is text, the others are figures. */
export function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns = 1,
): string {
  const colAligns = head.map((_, i) => (i < textColumns ? ('left' as const) : ('right' as const)))
  const drawn = new Table({
    head: [...head],
    colAligns,
    style: { head: [], border: [], compact: true },
    chars: BORDERS,
  })
  for (const row of rows) drawn.push([...row])
  return `${title}\n${drawn.toString()}\n`
}

// Rules above and below the head and at the end; nothing between the columns.
const BORDERS = {
  top: '─',
  'top-mid': '─',
  'top-left': '',
  'top-right': '',
  bottom: '─',
  'bottom-mid': '─',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '─',
  right: '',
  'right-mid': '',
  middle: ' ',
}

/** `1.24 (1.20–1.35)`: the median, and the quartiles. */
export function formatRatio({ median, low, high }: Figure): string {
  return `${round(median)} (${round(low)}–${round(high)})`
}

export function formatMicros(micros: number): string {
  return micros >= 1000 ? `${(micros / 1000).toFixed(1)} ms` : `${micros.toFixed(micros < 10 ? 1 : 0)} µs`
}

export function formatMillis(millis: number): string {
  return `${millis.toFixed(millis < 10 ? 1 : 0)} ms`
}

function round(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(2)
}
