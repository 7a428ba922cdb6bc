import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { CONTESTANTS, type Engine } from './contestants.ts'
import type { ContestantId } from './entrant.ts'
import { titleOf } from './report.ts'

/** On white, so that it can be read on a dark page, too. */
export const LOOK = {
  background: '#ffffff',
  padding: 16,
  config: {
    font: 'Helvetica, Arial, sans-serif',
    axis: {
      labelLimit: 0,
      labelFontSize: 13,
      titleFontSize: 13,
      titlePadding: 10,
      gridColor: '#e5e7eb',
      titleFontWeight: 'normal',
    },
    legend: { labelFontSize: 13, title: null, symbolSize: 140, symbolOpacity: 1, labelLimit: 0, rowPadding: 5 },
    title: {
      fontSize: 16,
      anchor: 'start',
      subtitleFontSize: 12,
      subtitlePadding: 6,
      offset: 14,
      subtitleColor: '#4b5563',
    },
    view: { stroke: null },
  },
} as const

/** Where a logarithmic axis is labelled: at 1, 2 and 5 of each power of ten between the two. */
export function ticksBetween(least: number, most: number): number[] {
  const ticks: number[] = []
  for (let power = 10 ** Math.floor(Math.log10(least)); power <= most; power *= 10)
    ticks.push(...[1, 2, 5].map((n) => n * power).filter((tick) => tick >= least && tick <= most))
  return ticks
}

/** The same colour for a contestant everywhere. */
export function colourOf(names: readonly ContestantId[], engine: Engine) {
  const domain = names.map((id) => titleOf(id, engine))
  const range = names.map((id) => CONTESTANTS[id].colour)
  return { field: 'who', type: 'nominal', scale: { domain, range } } as const
}

/** The plot as SVG, drawn without a browser. */
export async function draw(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' })
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}
