import fs from 'node:fs/promises'
import path from 'node:path'
import { conversation, type History, trackedConversation } from '../data/conversation.ts'
import { openChanges, openWhole } from '../histories/descartes.ts'
import type { KeeperKind } from '../histories/keeper.ts'
import { openLangGraph } from '../histories/langgraph.ts'
import { type Played, playHistory, requireKept } from '../histories/play-history.ts'
import { figure } from '../measure.ts'
import { formatMillis, formatRatio, table } from '../table.ts'
import type { GroupResult, Run, Verdict } from './group.ts'

const KEEPERS: readonly KeeperKind[] = [
  { title: 'LangGraph SqliteSaver 1.0.4', open: openLangGraph },
  { title: 'Descartes, each state whole', open: openWhole('normal') },
  { title: 'the same, durability full', open: openWhole('full') },
  { title: 'Descartes, each change alone', open: openChanges },
]
const [PEER, OURS] = [0, 1]

/** What each keeper took, round by round. */
type Figures = readonly Played[][]

/** A history of 1,000 states: the time to save it, and its bytes on disk. Every state is read back and compared. */
export async function measureHistory(run: Run): Promise<GroupResult> {
  const turns = run.quick ? 100 : 1000
  const simple = conversation(turns)
  const tracked = trackedConversation(turns)
  const [ofSimple, ofTracked] = [await measure(run, simple), await measure(run, tracked)]
  const hold = (target: string, least: number, measured: readonly number[]): Verdict => {
    const figures = figure(measured)
    return {
      target,
      limit: `≥ ${least}`,
      measured: figures,
      holds: run.quick ? undefined : figures.median >= least,
    }
  }
  return {
    name: 'history',
    figures: Object.fromEntries(
      [ofSimple, ofTracked].map((figures, i) => [
        i === 0 ? 'conversation' : 'tracked conversation',
        KEEPERS.map(({ title }, keeper) => ({ title, rounds: figures[keeper] })),
      ]),
    ),
    tables: `${historyTable(simple, ofSimple)}\n${historyTable(tracked, ofTracked)}`,
    verdicts: [
      hold(
        '1,000 turns of a conversation, each restorable: 200 times smaller than LangGraph’s',
        200,
        smaller(ofSimple),
      ),
      hold('the same turns saved 3 times as fast as by LangGraph', 3, faster(ofSimple)),
      hold('with a counter and a nested field that change: 100 times smaller', 100, smaller(ofTracked)),
    ],
  }
}

async function measure(run: Run, history: History): Promise<Figures> {
  const rounds = run.quick ? 1 : 3
  const figures: Played[][] = KEEPERS.map(() => [])
  for (let round = 0; round < rounds; round++) {
    run.progress.at(`history, ${history.title}: round ${round + 1} of ${rounds}`)
    const folder = await fs.mkdtemp(path.join(run.folder, 'history-'))
    const seats = KEEPERS.map((kind, i) => ({ kind, path: path.join(folder, `${i}.db`) }))
    const played = await playHistory(history, seats, round)
    for (const [i, figure] of played.entries()) figures[i]?.push(figure)
    if (round === rounds - 1)
      for (const seat of seats) {
        run.progress.at(`history, ${history.title}: reading all of ${seat.kind.title}`)
        await requireKept(history, seat)
      }
    await fs.rm(folder, { recursive: true })
  }
  return figures
}

const of = (figures: Figures, keeper: number, what: keyof Played) =>
  (figures[keeper] as Played[]).map((played) => played[what])

/** How many times the bytes of a keeper the peer's are. */
function smaller(figures: Figures, keeper = OURS): number[] {
  return perRound(figures, keeper, 'bytes')
}

/** How many times the time of a keeper the peer's is. */
function faster(figures: Figures, keeper = OURS): number[] {
  return perRound(figures, keeper, 'millis')
}

function perRound(figures: Figures, keeper: number, what: keyof Played): number[] {
  const ours = of(figures, keeper, what)
  return of(figures, PEER, what).map((value, round) => value / (ours[round] as number))
}

function historyTable(history: History, figures: Figures): string {
  const size = Buffer.byteLength(JSON.stringify(history.stateAfter(history.turns)))
  const rows = KEEPERS.map(({ title }, keeper) => {
    const bytes = figure(of(figures, keeper, 'bytes')).median
    return [
      title,
      formatRatio(figure(smaller(figures, keeper))),
      `${(bytes / 1e6).toFixed(2)} MB`,
      (bytes / size).toFixed(2),
      formatRatio(figure(faster(figures, keeper))),
      `${(figure(of(figures, keeper, 'millis')).median / 1000).toFixed(2)} s`,
      formatMillis(figure(of(figures, keeper, 'lastMillis')).median / Math.min(100, history.turns)),
    ]
  })
  return table(
    `${history.turns.toLocaleString('en')} turns of ${history.title}: ${Math.round(size / 1000)} KB of JSON in the end
(durability normal, as the peer has it; every state was read back and compared)`,
    ['', 'peer’s bytes ÷', 'on disk', '÷ last state', 'peer’s time ÷', 'all turns', 'one of the last 100'],
    rows,
  )
}
