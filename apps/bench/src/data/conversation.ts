import type { JsonValue } from '@descartes/sdk'
import { sentences } from './prose.ts'
import { seededRandom } from './random.ts'

/** A history to be kept: what the state is after each turn, and the change that leads there. */
export interface History {
  readonly title: string
  readonly turns: number
  /** The state after turn 1, 2, 3, ... */
  stateAfter(turn: number): JsonValue
  /** The same change as a caller would say it who does not send the state whole. */
  changeOf(turn: number): Change
}

export type Change =
  | { readonly append: string; readonly items: JsonValue[] }
  | { readonly patch: { op: 'add' | 'replace'; path: string; value: JsonValue }[] }

interface Turn {
  readonly question: string
  readonly answer: string
}

/** A conversation: each turn appends what the user says and what the assistant answers. 565 KB of JSON after 1,000. */
export function conversation(turns: number): History {
  const messages = talk(turns).flatMap(({ question, answer }) => [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ])
  return {
    title: 'a conversation, which grows at its end',
    turns,
    stateAfter: (turn) => ({ messages: messages.slice(0, 2 * turn) }),
    changeOf: (turn) => ({ append: '/messages', items: messages.slice(2 * turn - 2, 2 * turn) }),
  }
}

/** The same with changes in four places: a counter at the front, and between two lists that grow a nested field. */
export function trackedConversation(turns: number): History {
  const said = talk(turns)
  const questions = said.map(({ question }) => ({ role: 'user', content: question }))
  const answers = said.map(({ answer }) => ({ role: 'assistant', content: answer }))
  const current = (turn: number) => ({ turn, tokens: turn * 137, at: new Date(1.7e12 + turn * 61_803).toISOString() })
  return {
    title: 'the same, with a counter at the front and a nested field in the middle',
    turns,
    stateAfter: (turn) => ({
      turn,
      questions: questions.slice(0, turn),
      progress: { plan: { name: 'answer every question', current: current(turn) }, failed: false },
      answers: answers.slice(0, turn),
    }),
    changeOf: (turn) =>
      turn === 1
        ? { patch: [] }
        : {
            patch: [
              { op: 'replace', path: '/turn', value: turn },
              { op: 'add', path: '/questions/-', value: questions[turn - 1] as JsonValue },
              { op: 'replace', path: '/progress/plan/current', value: current(turn) },
              { op: 'add', path: '/answers/-', value: answers[turn - 1] as JsonValue },
            ],
          },
  }
}

function talk(turns: number): Turn[] {
  const random = seededRandom(1_937)
  const about = (count: number) => 1 + Math.floor(random() * count)
  return Array.from({ length: turns }, () => ({
    question: sentences(about(3), random),
    answer: sentences(about(9), random),
  }))
}
