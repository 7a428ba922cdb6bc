import type { CaughtFaults } from '../../../sdk/tests/fault-controls.ts'

/** Faults of the store below a saver, and tests that must catch each: of LangGraph's validation, and of ours. */
export const FAULTS: CaughtFaults = {
  'loads the first version for every label': {
    fault: (sound) => ({
      loadAgentState: (agentId, { label, version } = {}) =>
        sound.loadAgentState(agentId, { version: label === undefined ? version : 1 }),
    }),
    caughtBy: [
      'should only store channel_values that have changed (based on newVersions)',
      'forks a thread where it is allowed; each branch keeps its own values of one version',
    ],
  },
  'lists versions oldest first': {
    fault: (sound) => ({
      listRevisions: async (agentId, page) => {
        const { items, nextCursor } = await sound.listRevisions(agentId, page)
        return { items: items.toReversed(), nextCursor }
      },
    }),
    caughtBy: ['should migrate pending sends', 'lists checkpoints newest first, over pages, threads and subgraphs'],
  },
  'ignores the expected version': {
    fault: (sound) => ({
      saveAgentState: (input, options) => sound.saveAgentState(input, { ...options, expectedVersion: undefined }),
    }),
    caughtBy: [
      'loses no write of tasks that end at the same time',
      'lets one of two runs go on from a checkpoint where forks are refused, and tells the other',
    ],
  },
  'takes a thread that is begun anew for the one that was deleted': {
    fault: (sound) => ({
      saveAgentState: (input, options) => sound.saveAgentState({ ...input, metadata: undefined }, options),
    }),
    caughtBy: ['refuses what a run writes to a thread that was deleted under it, in its subgraphs, too'],
  },
  'takes a status for a deletion': {
    fault: (sound) => ({
      deleteAgent: async (agentId) => (await sound.updateAgentStatus(agentId, 'deleted')).version > 0,
    }),
    caughtBy: ['should delete thread', 'deletes one thread, and no other that is called alike'],
  },
  'gives states back as JSON has them': {
    fault: (sound) => ({
      loadAgentState: async (agentId, options) => {
        const agent = await sound.loadAgentState(agentId, options)
        const asJson = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)
        return agent && { ...agent, state: JSON.parse(JSON.stringify(agent.state, asJson)) }
      },
    }),
    caughtBy: ['gives values of every type back as they were, in channels, metadata and writes'],
  },
}
