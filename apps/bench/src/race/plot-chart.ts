import type { TopLevelSpec } from 'vega-lite'
import type { Figure } from '../measure.ts'
import { colourOf, draw, LOOK, ticksBetween } from './draw.ts'
import type { ContestantId } from './entrant.ts'
import { type Chart, namesIn, remarksOn, titleOf } from './report.ts'

/** One operation: time per call over calls in flight, medians with quartiles, both axes logarithmic. */
export function plotChart(chart: Chart): Promise<string> {
  const names = namesIn(chart.cells)
  // They stand beside each other, so that no whisker hides another.
  const beside = (id: ContestantId) => (names.indexOf(id) - (names.length - 1) / 2) * 0.06
  const values = chart.cells.flatMap(({ micros }, i) =>
    (Object.entries(micros) as [ContestantId, Figure][]).map(([id, { median, low, high }]) => {
      return { who: titleOf(id, chart.engine), place: i + beside(id), median, low, high }
    }),
  )
  const levels = chart.cells.map(({ inFlight }) => String(inFlight))
  const x = {
    field: 'place',
    type: 'quantitative',
    title: 'calls in flight',
    scale: { domain: [-0.4, levels.length - 0.6], nice: false },
    axis: { values: levels.map((_, i) => i), labelExpr: `${JSON.stringify(levels)}[datum.value]` },
  } as const
  const [least, most] = [Math.min(...values.map(({ low }) => low)), Math.max(...values.map(({ high }) => high))]
  const domain: [number, number] = [least * 0.8, most * 1.25]
  const scale = { type: 'log' as const, nice: false, domain }
  const color = colourOf(names, chart.engine)
  return draw({
    ...LOOK,
    title: {
      text: chart.title,
      subtitle: ['Time for one call: lower is better. Medians; whiskers are the quartiles.', ...remarksOn(chart)],
    },
    width: 440,
    height: 330,
    data: { values },
    encoding: { x, color },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.8 },
        encoding: { y: { field: 'low', type: 'quantitative', scale }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', strokeWidth: 2 },
        encoding: {
          y: {
            field: 'median',
            type: 'quantitative',
            scale,
            title: 'µs for one call (log scale)',
            axis: { format: ',~r', values: ticksBetween(...domain) },
          },
        },
      },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { y: { field: 'median', type: 'quantitative', scale } },
      },
    ],
  } as TopLevelSpec)
}
