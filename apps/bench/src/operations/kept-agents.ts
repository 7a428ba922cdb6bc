import { agentInput } from '../data/content.ts'
import { agentAt, SEED, TALK, talkId } from '../data/kept-seed.ts'
import { defineKept, type KeepingSubject } from './kept.ts'
import { requireSame } from './reader.ts'

const range = <T>(count: number, make: () => T) => Array.from({ length: count }, make)

let fresh = 0

export const saveNew = defineKept('saveAgentState, new', 'saveAgentState', 'write', () => ({
  inputs: (count) => range(count, () => agentInput(`new-${fresh++}`, 0)),
  verify: async (subject, inputs, results) => {
    requireSame(new Set(results.map(({ version }) => version)), new Set([1]), 'versions returned')
    await requireStored(
      subject,
      inputs.map((input) => ({ ...input, version: 1 })),
    )
  },
}))

let step = 2

export const saveOver = defineKept('saveAgentState, overwrite', 'saveAgentState', 'write', () => {
  let next = 0
  return {
    // Each of a round is another agent, and no state is what it was before.
    inputs: (count) => range(count, () => agentInput(agentAt(next++), step++)),
    verify: (subject, inputs, results) =>
      requireStored(
        subject,
        inputs.map((input, i) => ({ ...input, version: results[i]?.version })),
      ),
  }
})

/** Saves the next turn of conversations that take turns. It is one workload for all subjects: each has its own copy. */
export const saveTurn = defineKept(
  'saveAgentState, a conversation, a turn more',
  'saveAgentState',
  'write',
  () => {
    let turn = SEED.turns
    return {
      inputs(count) {
        turn++
        const state = TALK.stateAfter(turn)
        return Array.from({ length: count }, (_, i) => ({ ...agentInput(talkId(i), turn), state }))
      },
      verify: (subject, inputs, results) =>
        requireStored(
          subject,
          inputs.map((input, i) => ({ ...input, version: results[i]?.version })),
        ),
    }
  },
  SEED.talks,
)

export const load = defineKept('loadAgentState', 'loadAgentState', 'read', () => {
  let next = 0
  return {
    inputs: (count) => range(count, () => agentAt(next++)),
    async verify(subject, inputs, results) {
      const stored = new Map((await subject.stored(inputs)).map((agent) => [agent.agentId, agent]))
      inputs.forEach((id, i) => {
        const { version, state } = results[i] ?? {}
        requireSame({ agentId: id, version, state }, stored.get(id), 'agent loaded')
      })
    },
  }
})

/** Every agent's newest version is what it was saved as last, and all of them are there. */
async function requireStored(
  subject: KeepingSubject,
  inputs: readonly { agentId: string; version: number | undefined; state: unknown }[],
): Promise<void> {
  const wanted = inputs.map(({ agentId, version, state }) => ({ agentId, version, state }))
  const stored = new Map((await subject.stored(wanted.map((agent) => agent.agentId))).map((a) => [a.agentId, a]))
  for (const agent of wanted) requireSame(stored.get(agent.agentId), agent, 'agent stored')
}
