import type { EventInput, JsonValue } from '@descartes/sdk'
import { seededRandom } from './random.ts'

/** Words as they are spread in natural text: the word of rank r occurs in proportion to 1/r (Zipf). */
const VOCABULARY = 20_000
const cumulated = cumulate()

/** The word of a rank; rank 1 is the most frequent. */
export function word(rank: number): string {
  return `w${rank.toString(36)}`
}

/**
 * What event number `n` says: 8 to 40 words and the name of what it is about. The same in every run. Vocabularies grow
 * with their texts by such names (Heaps' law): each stands in 12 events, however many events there are.
 */
export function eventWords(n: number): string[] {
  const random = seededRandom(n * 2654435761)
  const length = 8 + Math.floor(random() * 33)
  return [nameOf(n), ...Array.from({ length }, () => word(rankAt(random())))]
}

/** What event number `n` is about, such as a run, a file or an error. */
export function nameOf(n: number): string {
  return `n${Math.floor(n / 12).toString(36)}`
}

export function eventInput(n: number, sessionId: string): EventInput {
  return {
    eventType: 'message',
    sessionId,
    actorType: 'agent',
    actorId: agentId(n % 100),
    content: eventWords(n).join(' '),
    metadata: { n },
  }
}

export function agentId(i: number): string {
  return `agent-${String(i).padStart(6, '0')}`
}

/** An agent with a state of about 1 KB, as it looks after `step` steps. */
export function agentInput(id: string, step: number) {
  return {
    agentId: id,
    name: `Researcher ${id}`,
    status: 'running',
    metadata: { team: 'research', model: 'm-1' },
    state: agentState(id, step),
  }
}

/** The same with a state of about 200 bytes. */
export function smallAgentInput(id: string, step: number): ReturnType<typeof agentInput> {
  const state = {
    step,
    goal: `Answer the question of ${id} from the documents at hand`,
    plan: { next: 'compare the claims', done: step % 4 },
    usage: { inputTokens: 1000 + step, outputTokens: 200 + step, cost: 0.25 },
    waitingFor: null,
  }
  return { ...agentInput(id, step), state }
}

function agentState(id: string, step: number): JsonValue {
  return {
    step,
    goal: `Answer the question of ${id} from the documents at hand`,
    plan: ['read the documents', 'collect the claims', 'compare the claims', 'write the answer'].map((title, i) => ({
      title,
      done: i < step % 4,
    })),
    messages: Array.from({ length: 4 }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: `Message ${i} of step ${step}: a sentence of usual length, as one would find it in a dialogue.`,
    })),
    usage: { inputTokens: 1000 + step, outputTokens: 200 + step, cost: 0.25 },
    tools: ['search', 'read', 'write'],
    waitingFor: null,
  }
}

function cumulate(): Float64Array {
  const sums = new Float64Array(VOCABULARY)
  let sum = 0
  for (let rank = 1; rank <= VOCABULARY; rank++) {
    sum += 1 / rank
    sums[rank - 1] = sum
  }
  return sums
}

/** The rank that a share of all words spoken reaches to. */
export function rankAt(share: number): number {
  const wanted = share * (cumulated[VOCABULARY - 1] as number)
  let [low, high] = [0, VOCABULARY - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cumulated[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  return low + 1
}
