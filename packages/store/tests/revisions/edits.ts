import fc from 'fast-check'
import { quiet } from './history.ts'

/** The state of an agent, as these tests change it. */
export interface State {
  step: number
  plan: { goal: string; budget: { tokens: number; model: string } }
  messages: { role: string; content: string; id?: number }[]
  [key: string]: unknown
}

/** One change of a state, as agents make them; several of them can go into one save. */
export type Edit = (state: State) => State

const WORDS = 'the agent reads a page, notes 3 facts, asks: "why?" and answers – naïve, 東京, 😀 or Ελλάδα.'.split(' ')

const prose = fc
  .array(fc.constantFrom(...WORDS, '{"id":', '\n', '0.25'), { maxLength: 40 })
  .map((words) => words.join(' '))
const message = fc.record({ role: fc.constantFrom('user', 'assistant'), content: prose, id: fc.nat() })
/** A position in a list of any length. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const at = (list: unknown[], where: number) => Math.floor(where * list.length)

const append = fc.array(message, { minLength: 1, maxLength: 3 }).map(
  (added): Edit =>
    (state) => ({ ...state, messages: [...state.messages, ...added] }),
)
const count = fc.constant<Edit>((state) => ({ ...state, step: state.step + 1 }))
const nested = fc.nat().map(
  (tokens): Edit =>
    (state) => {
      const budget = { ...state.plan.budget, tokens }
      return { ...state, plan: { ...state.plan, budget } }
    },
)
const rewrite = fc.tuple(place, prose).map(
  ([where, content]): Edit =>
    (state) => {
      const i = at(state.messages, where)
      return { ...state, messages: state.messages.map((old, j) => (i === j ? { ...old, content } : old)) }
    },
)
const insert = fc.tuple(place, message).map(
  ([where, added]): Edit =>
    (state) => ({ ...state, messages: state.messages.toSpliced(at(state.messages, where), 0, added) }),
)
const remove = fc.tuple(place, fc.nat(3)).map(
  ([where, many]): Edit =>
    (state) => ({ ...state, messages: state.messages.toSpliced(at(state.messages, where), many) }),
)
const move = fc.tuple(place, place).map(
  ([from, to]): Edit =>
    (state) => {
      const moved = state.messages.slice(at(state.messages, from)).slice(0, 2)
      const rest = state.messages.filter((old) => !moved.includes(old))
      return { ...state, messages: rest.toSpliced(at(rest, to), 0, ...moved) }
    },
)
const repeat = fc.tuple(place, fc.integer({ min: 1, max: 5 })).map(
  ([where, times]): Edit =>
    (state) => {
      const again = state.messages.slice(at(state.messages, where)).slice(0, 3)
      return { ...state, messages: [...state.messages, ...Array.from({ length: times }, () => again).flat()] }
    },
)
const everywhere = fc.nat(9).map(
  (id): Edit =>
    (state) => ({ ...state, messages: state.messages.map((old) => ({ ...old, id })) }),
)
const sort = fc.constant<Edit>((state) => ({
  ...state,
  messages: state.messages.toSorted((a, b) => a.content.length - b.content.length),
}))
const addKey = fc.tuple(fc.string(), fc.jsonValue()).map(
  ([key, value]): Edit =>
    (state) => ({ [`x-${key}`]: value, ...state }),
)
const replace = fc.array(message, { maxLength: 30 }).map(
  (messages): Edit =>
    () => ({ step: 0, plan: { goal: 'another', budget: { tokens: 0, model: 'm' } }, messages }),
)
const nothing = fc.constant<Edit>((state) => state)

/** A change as agents make them, the usual ones more often. */
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: append },
  { weight: 4, arbitrary: count },
  { weight: 3, arbitrary: nested },
  rewrite,
  insert,
  remove,
  move,
  repeat,
  everywhere,
  sort,
  addKey,
  replace,
  nothing,
)

/** The changes of one save. */
export const save = fc.array(edit, { minLength: 1, maxLength: 4 })

export const state: fc.Arbitrary<State> = fc.record({
  step: fc.nat(200),
  plan: fc.record({ goal: prose, budget: fc.record({ tokens: fc.nat(), model: fc.constant('large') }) }),
  messages: fc.array(message, { maxLength: 20 }),
})

/** The texts of a state and of what the saves make of it. */
export function textsOf(first: State, saves: readonly (readonly Edit[])[]): Buffer[] {
  const texts = [Buffer.from(JSON.stringify(first))]
  let now = first
  for (const edits of saves) {
    for (const change of edits) now = change(now)
    texts.push(Buffer.from(JSON.stringify(now)))
  }
  return quiet(texts)
}

/** Texts of the histories of agents. */
export const jsonHistory = fc
  .tuple(state, fc.array(save, { minLength: 5, maxLength: 40 }))
  .map(([first, saves]) => textsOf(first, saves))
