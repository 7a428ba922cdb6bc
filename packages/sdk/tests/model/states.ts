import type { JsonPatch, MergePatch } from '@descartes/sdk'
import fc from 'fast-check'

/** What the agents of the model work on: a counter at the front, nested fields, and an array that grows and shrinks. */
export interface State {
  step: number
  plan: { goal: string; done: boolean; limits: { hours: number } }
  notes: { [key: string]: string }
  messages: Message[]
  attachment: string
}

export interface Message {
  role: string
  text: string
}

/** A text, told by what it is made from, so that a counterexample stays readable. */
export interface Text {
  of: keyof typeof MAKES
  seed: number
  length: number
}

/** A change of a state. */
export type Edit =
  | { edit: 'step'; by: number }
  | { edit: 'say'; texts: Text[] }
  | { edit: 'forget'; count: number }
  | { edit: 'plan'; goal: Text }
  | { edit: 'note'; key: string; text: Text | null }
  | { edit: 'attach'; text: Text }
  | { edit: 'start over'; goal: Text }
  | { edit: 'nothing' }

export function stateFor(goal: Text): State {
  return {
    step: goal.seed,
    plan: { goal: textOf(goal), done: false, limits: { hours: 8 } },
    notes: {},
    messages: [],
    attachment: '',
  }
}

/** The state after a change; the one before is left as it is. */
export function applyEdit(state: State, change: Edit): State {
  const { plan, notes, messages } = state
  switch (change.edit) {
    case 'step':
      return { ...state, step: state.step + change.by }
    case 'say':
      return { ...state, messages: [...messages, ...messagesOf(change.texts)] }
    case 'forget':
      return { ...state, messages: messages.slice(change.count) }
    case 'plan':
      return { ...state, plan: { ...plan, goal: textOf(change.goal), done: !plan.done } }
    case 'note': {
      const { [change.key]: _, ...others } = notes
      return { ...state, notes: change.text === null ? others : { ...others, [change.key]: textOf(change.text) } }
    }
    case 'attach':
      return { ...state, attachment: textOf(change.text) }
    case 'start over':
      return stateFor(change.goal)
    case 'nothing':
      return state
  }
}

/** The same change as a patch. */
export function patchOf(state: State, change: Edit): JsonPatch | MergePatch {
  switch (change.edit) {
    case 'step':
      return [
        { op: 'test', path: '/step', value: state.step },
        { op: 'replace', path: '/step', value: state.step + change.by },
      ]
    case 'say':
      return messagesOf(change.texts).map((value) => ({ op: 'add', path: '/messages/-', value }))
    case 'forget':
      return state.messages.slice(0, change.count).map(() => ({ op: 'remove', path: '/messages/0' }))
    case 'plan':
      return { plan: { goal: textOf(change.goal), done: !state.plan.done } }
    case 'note':
      return { notes: { [change.key]: change.text === null ? null : textOf(change.text) } }
    case 'attach':
      return { attachment: textOf(change.text) }
    case 'start over':
      return [{ op: 'replace', path: '', value: stateFor(change.goal) }]
    case 'nothing':
      return []
  }
}

export function messagesOf(texts: readonly Text[]): Message[] {
  return texts.map((text) => ({ role: text.seed % 2 === 0 ? 'user' : 'agent', text: textOf(text) }))
}

const WORDS = [
  'plan',
  'search',
  'the',
  'result',
  'was',
  'empty',
  'again',
  'naïve',
  'größer',
  '日本語',
  '👩‍👩‍👧',
  'e\u0301',
  '"\\',
  '\u0000',
]
const NOISE = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/'

/** Words repeat themselves, as what people write; noise has nothing that a delta could copy, or that could be compressed. */
const MAKES = {
  words: (random: () => number) => `${WORDS[Math.floor(random() * WORDS.length)]} `,
  noise: (random: () => number) => NOISE[Math.floor(random() * NOISE.length)] as string,
}

export function textOf({ of, seed, length }: Text): string {
  let last = seed
  const random = () => {
    last = (Math.imul(last, 1664525) + 1013904223) >>> 0
    return last / 2 ** 32
  }
  let text = ''
  while (text.length < length) text += MAKES[of](random)
  return text
}

const textUpTo = (length: number): fc.Arbitrary<Text> =>
  fc.record({ of: fc.constantFrom('words', 'noise'), seed: fc.nat(999), length: fc.nat(length) })

const keys = fc.constantFrom('todo', 'a/b', '~', 'ключ', '', '0')

/** Edits as they come: most are small, and now and then there is something large. */
export const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ edit: fc.constant('step'), by: fc.integer({ min: -3, max: 1000 }) }) },
  { weight: 6, arbitrary: fc.record({ edit: fc.constant('say'), texts: fc.array(textUpTo(400), { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant('forget'), count: fc.nat(6) }) },
  { weight: 3, arbitrary: fc.record({ edit: fc.constant('plan'), goal: textUpTo(200) }) },
  {
    weight: 3,
    arbitrary: fc.record({ edit: fc.constant('note'), key: keys, text: fc.option(textUpTo(150)) }),
  },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant('attach'), text: textUpTo(12_000) }) },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant('start over'), goal: textUpTo(300) }) },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant('nothing') }) },
)
