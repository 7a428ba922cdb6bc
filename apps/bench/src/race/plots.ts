import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { CONTESTANTS, type Engine } from './contestants.ts'
import type { ContestantId } from './entrant.ts'
import { type Chart, ENGINES, type HistoryReport, namesIn, namesOf, remarksOn, titleOf } from './report.ts'

/** On white, so that it can be read on a dark page, too. */
const LOOK = {
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
    legend: { labelFontSize: 13, title: null, symbolSize: 140, symbolStrokeWidth: 3, labelLimit: 0, rowPadding: 5 },
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

/** One operation: time per call over calls in flight, medians with quartiles, both axes logarithmic. */
export function plotChart(chart: Chart): Promise<string> {
  const values = chart.cells.flatMap(({ inFlight, micros }) =>
    Object.entries(micros).map(([id, { median, low, high }]) => {
      return { who: titleOf(id as ContestantId, chart.engine), inFlight: String(inFlight), median, low, high }
    }),
  )
  const x = {
    field: 'inFlight',
    type: 'ordinal',
    sort: null,
    title: 'calls in flight',
    axis: { labelAngle: 0, grid: true },
    scale: { padding: 0.3 },
  } as const
  const [least, most] = [Math.min(...values.map(({ low }) => low)), Math.max(...values.map(({ high }) => high))]
  const scale = { type: 'log' as const, nice: false, domain: [least * 0.8, most * 1.25] }
  const color = colourOf(namesIn(chart.cells), chart.engine)
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
            axis: { format: ',~r', tickCount: 6 },
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

/** A history: how long all its turns took, and what they take on disk. */
export function plotHistory(report: HistoryReport): Promise<string> {
  const { engine, turns, rounds, stateBytes } = report
  const names = namesOf(report)
  const values = names.map((id) => {
    const { time, bytes } = report.results[id] as NonNullable<(typeof report.results)[typeof id]>
    const [seconds, low, high, megabytes] = [time.median / 1e3, time.low / 1e3, time.high / 1e3, bytes / 1e6]
    return { who: titleOf(id, engine), seconds, low, high, megabytes }
  })
  const side = (field: 'seconds' | 'megabytes', title: string, whiskers: boolean) => ({
    width: 300,
    height: { step: 34 },
    encoding: {
      y: {
        field: 'who',
        type: 'nominal',
        sort: null,
        title: null,
        axis: whiskers ? { ticks: false, domain: false } : null,
      },
      color: { ...colourOf(names, engine), legend: null },
    },
    layer: [
      ...(whiskers
        ? [
            {
              mark: { type: 'rule', strokeWidth: 2 },
              encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
            },
          ]
        : []),
      {
        mark: { type: 'point', filled: true, size: 110, opacity: 1 },
        encoding: {
          x: {
            field,
            type: 'quantitative',
            scale: { type: 'log', nice: true },
            title,
            axis: { format: '~r', tickCount: 5 },
          },
        },
      },
      {
        mark: { type: 'text', dy: -13, fontSize: 12 },
        encoding: { x: { field, type: 'quantitative' }, text: { field, format: '.3~r' } },
      },
    ],
  })
  return draw({
    ...LOOK,
    title: {
      text: `${ENGINES[engine]}, a history of ${turns.toLocaleString('en')} turns, each state to be had back`,
      subtitle: [
        `A conversation that is ${Math.round(stateBytes / 1000)} KB of JSON in the end, saved one turn after the other. Lower is better.`,
        rounds > 1 ? `Medians of ${rounds} rounds; whiskers are the quartiles.` : 'One round.',
      ],
    },
    data: { values },
    hconcat: [
      side('seconds', 'seconds for all turns (log scale)', true),
      side('megabytes', 'MB on disk (log scale)', false),
    ],
  } as unknown as TopLevelSpec)
}

function colourOf(names: readonly ContestantId[], engine: Engine) {
  const domain = names.map((id) => titleOf(id, engine))
  const range = names.map((id) => CONTESTANTS[id].colour)
  return { field: 'who', type: 'nominal', scale: { domain, range } } as const
}

async function draw(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' })
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}
