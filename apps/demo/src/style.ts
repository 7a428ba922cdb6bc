import pc from 'picocolors'

type Colours = Pick<ReturnType<typeof pc.createColors>, 'bold' | 'dim' | 'red' | 'green' | 'yellow'>

/** How output looks: colours and moving lines on a terminal, plain text elsewhere. */
export interface Style extends Colours {
  /** Lines may move. */
  live: boolean
  columns: number
}

export function styleOf(stream: NodeJS.WriteStream): Style {
  const live = stream.isTTY === true && process.env.TERM !== 'dumb' && process.env.CI === undefined
  const { bold, dim, red, green, yellow } = pc.createColors(live && process.env.NO_COLOR === undefined)
  return { live, columns: Math.min(stream.columns ?? 100, 100), bold, dim, red, green, yellow }
}

/** A text from a file as one line that is safe to print: without line breaks and escape codes. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}

/** Cuts a line that would wrap. */
export function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

/** `1 document`, `1,200 documents` */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
