import type { TopLevelSpec } from 'vega-lite'
import { colourOf, draw, LOOK, ticksBetween } from './draw.ts'
import { ENGINES, type HistoryReport, namesOf, titleOf } from './report.ts'

/** A history: how long all its turns took, and what they take on disk. A line leads from one figure to the other of a side. */
export function plotHistory(report: HistoryReport): Promise<string> {
  const { engine, turns, rounds, stateBytes } = report
  const names = namesOf(report)
  const values = names.map((id) => {
    const {
      time,
      bytes,
      bytesBeforeVacuum = bytes,
    } = report.results[id] as NonNullable<HistoryReport['results'][typeof id]>
    return {
      who: titleOf(id, engine),
      ...{ time: time.median / 1e3, timeFrom: time.low / 1e3, timeTo: time.high / 1e3 },
      ...{ size: bytes / 1e6, sizeFrom: bytes / 1e6, sizeTo: bytesBeforeVacuum / 1e6 },
    }
  })
  const side = (field: 'time' | 'size', title: string, axis: object | null) => {
    const [from, to] = [`${field}From`, `${field}To`] as ['timeFrom', 'timeTo']
    const domain: [number, number] = [
      Math.min(...values.map((v) => v[from])) / 1.4,
      Math.max(...values.map((v) => v[to])) * 1.4,
    ]
    const x = {
      type: 'quantitative',
      scale: { type: 'log', nice: false, domain },
      title,
      axis: { format: ',~r', values: ticksBetween(...domain) },
    }
    return {
      width: 300,
      height: { step: 36 },
      encoding: {
        y: { field: 'who', type: 'nominal', sort: null, title: null, axis },
        color: { ...colourOf(names, engine), legend: null },
      },
      layer: [
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { ...x, field: from }, x2: { field: to } } },
        { mark: { type: 'point', filled: true, size: 110, opacity: 1 }, encoding: { x: { ...x, field } } },
        {
          mark: { type: 'text', dy: -13, fontSize: 12 },
          encoding: { x: { ...x, field }, text: { field, format: ',.3r' } },
        },
      ],
    }
  }
  const spread = rounds > 1 ? `Medians of ${rounds} rounds; lines at the left are the quartiles.` : 'One round.'
  const vacuum = ' Lines at the right lead to the room that it took before VACUUM FULL.'
  return draw({
    ...LOOK,
    title: {
      text: `${ENGINES[engine]}, a history of ${turns.toLocaleString('en')} turns, each state to be had back`,
      subtitle: [
        `A conversation that is ${Math.round(stateBytes / 1000)} KB of JSON in the end, saved one turn after the other. Lower is better.`,
        `${spread}${engine === 'postgresql' ? vacuum : ''}`,
      ],
    },
    data: { values },
    hconcat: [
      side('time', 'seconds for all turns (log scale)', { ticks: false, domain: false }),
      side('size', 'MB on disk (log scale)', null),
    ],
  } as unknown as TopLevelSpec)
}
