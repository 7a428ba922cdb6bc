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

const LANGGRAPH: KeeperKind = { title: 'LangGraph SqliteSaver 1.0.4', open: openLangGraph }
const WHOLE: KeeperKind = { title: 'Descartes, each state whole', open: openWhole('normal') }
const DURABLE: KeeperKind = { title: 'the same, durability full', open: openWhole('full') }
const CHANGES: KeeperKind = { title: 'Descartes, each change alone', open: openChanges }

/** A history, and who keeps it: the peer first, then what is judged. */
interface Contest {
  name: string
  history: History
  keepers: readonly KeeperKind[]
  rounds: number
}

const [PEER, OURS] = [0, 1]

/** What each keeper took, round by round. */
type Figures = readonly Played[][]

/** A history of 1,000 states: the time to save it, and its bytes on disk. Every state is read back and compared. */
export async function measureHistory(run: Run): Promise<GroupResult> {
  const [turns, rounds] = run.quick ? [100, 1] : [1000, 3]
  const simple: Contest = {
    name: 'conversation',
    history: conversation(turns),
    keepers: [LANGGRAPH, WHOLE, CHANGES, DURABLE],
    rounds,
  }
  const tracked: Contest = {
    name: 'tracked conversation',
    history: trackedConversation(turns),
    keepers: [LANGGRAPH, WHOLE, CHANGES],
    rounds: Math.min(2, rounds),
  }
  const ofSimple = await measure(run, simple)
  const ofTracked = await measure(run, tracked)
  const hold = (target: string, least: number, values: readonly number[]): Verdict => {
    const measured = figure(values)
    return { target, limit: `≥ ${least}`, measured, holds: run.quick ? undefined : measured.median >= least }
  }
  const figuresOf = ({ keepers }: Contest, figures: Figures) =>
    keepers.map(({ title }, i) => ({ title, rounds: figures[i] }))
  return {
    name: 'history',
    figures: { [simple.name]: figuresOf(simple, ofSimple), [tracked.name]: figuresOf(tracked, ofTracked) },
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

async function measure(run: Run, { name, history, keepers, rounds }: Contest): Promise<Figures> {
  const figures: Played[][] = keepers.map(() => [])
  for (let round = 0; round < rounds; round++) {
    run.progress.at(`history, ${name}: round ${round + 1} of ${rounds}`)
    const folder = await fs.mkdtemp(path.join(run.folder, 'history-'))
    const seats = keepers.map((kind, i) => ({ kind, path: path.join(folder, `${i}.db`) }))
    for (const [i, played] of (await playHistory(history, seats, round)).entries()) figures[i]?.push(played)
    if (round === rounds - 1)
      for (const seat of seats) {
        run.progress.at(`history, ${name}: reading back what ${seat.kind.title} has kept`)
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

function historyTable({ history, keepers }: Contest, figures: Figures): string {
  const size = Buffer.byteLength(JSON.stringify(history.stateAfter(history.turns)))
  const rows = keepers.map(({ title }, keeper) => {
    const bytes = figure(of(figures, keeper, 'bytes')).median
    return [
      title,
      formatRatio(figure(smaller(figures, keeper))),
      `${(bytes / 1e6).toFixed(2)} MB`,
      (bytes / size).toFixed(2),
      formatRatio(figure(faster(figures, keeper))),
      formatRatio(figure(perRound(figures, keeper, 'cpuMillis'))),
      `${(figure(of(figures, keeper, 'millis')).median / 1000).toFixed(2)} s`,
      formatMillis(figure(of(figures, keeper, 'lastMillis')).median / Math.min(100, history.turns)),
    ]
  })
  return table(
    `${history.turns.toLocaleString('en')} turns of ${history.title}: ${Math.round(size / 1000)} KB of JSON in the end
(durability normal, as the peer has it; every state was read back and compared)`,
    [
      '',
      'peer’s bytes ÷',
      'on disk',
      '÷ last state',
      'peer’s time ÷',
      'in CPU time',
      'all turns',
      'one of the last 100',
    ],
    rows,
  )
}
