import type { AgentStateInput, StateValue } from '@descartes/sdk'
import type { CaughtFaults } from '../../../sdk/tests/fault-controls.ts'

/** A history of a state, without what a fault takes from it. */
const without = (input: AgentStateInput<StateValue>, field: string) => ({
  ...input,
  state: Object.fromEntries(Object.entries(input.state as object).filter(([name]) => name !== field)),
})

/** Faults of the store below a session, and tests that must catch each. */
export const FAULTS: CaughtFaults = {
  'ignores the expected version': {
    fault: (sound) => ({
      saveAgentState: (input, options) => sound.saveAgentState(input, { ...options, expectedVersion: undefined }),
    }),
    caughtBy: [
      'gives a popped item to one of those that pop, and drops none that is added meanwhile',
      'lets one of many replace the end of the history, and tells the others',
      'begins a session once, when two begin it at the same time',
    ],
  },
  'does not keep what was applied': {
    fault: (sound) => ({
      saveAgentState: (input, options) => sound.saveAgentState(without(input, 'operations'), options),
    }),
    caughtBy: [
      'appends items once, however often the operation is repeated, also by another process',
      'refuses an operation that was applied with another transaction, and changes nothing',
      'does what that does, whatever is asked of it',
    ],
  },
  'keeps what was applied in a version of its own': {
    fault: (sound) => ({
      saveAgentState: async (input, options) => {
        const saved = await sound.saveAgentState(without(input, 'operations'), options)
        const { operations } = input.state as { operations?: StateValue }
        if (operations !== undefined) await sound.patchAgentState(input.agentId, { operations } as never)
        return saved
      },
    }),
    caughtBy: ['stores the history and the operation in one version'],
  },
  'appends what was appended before once more': {
    fault: (sound) => ({
      appendToAgentState: async (...given) => {
        await sound.appendToAgentState(...given)
        return sound.appendToAgentState(...given)
      },
    }),
    caughtBy: [
      'gives items back in their order: all, the newest, or none',
      'does what that does, whatever is asked of it',
    ],
  },
  'forgets nothing when a session is cleared': {
    fault: (sound) => ({
      patchAgentState: (agentId, patch, options) =>
        sound.patchAgentState(agentId, Array.isArray(patch) ? patch.slice(0, 1) : patch, options),
    }),
    caughtBy: ['clears the items and forgets the operations; a run that goes on appends'],
  },
  'gives states back as JSON has them': {
    fault: (sound) => ({
      loadAgentState: async (agentId, options) => {
        const agent = await sound.loadAgentState(agentId, options)
        const asJson = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)
        return agent && { ...agent, state: JSON.parse(JSON.stringify(agent.state, asJson)) }
      },
    }),
    caughtBy: [
      'gives bytes, undefined and special numbers back within items',
      'gives items of the kind function_call_result back exactly as they were',
    ],
  },
  'brings deleted agents back': {
    fault: (sound) => ({
      saveAgentState: (input, options) => sound.saveAgentState(input, { ...options, revive: true }),
      deleteAgent: (agentId) =>
        sound.saveAgentState({ agentId, name: 'x', status: 'x', state: { items: [] } }).then(() => true),
    }),
    caughtBy: ['refuses what a run writes to a session whose agent was deleted, until it is purged'],
  },
}
