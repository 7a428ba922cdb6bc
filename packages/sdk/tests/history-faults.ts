import type { Fault } from './faulty-store.ts'

/** Faults of histories, and tests of the contract that must catch each. */
export const HISTORY_FAULTS: [string, Fault, string[]][] = [
  [
    'loads the newest version, whichever was asked for',
    (sound) => ({ loadAgentState: (agentId) => sound.loadAgentState(agentId) }),
    [
      'a version is loaded as the agent was then: with its name, status, metadata and state',
      'a version that never was loads as null',
      'at a moment, an agent is loaded as it was then',
    ],
  ],
  [
    'is a millisecond late',
    (sound) => ({
      loadAgentState: (agentId, { at, version } = {}) =>
        sound.loadAgentState(agentId, { version, at: at && new Date(at.getTime() - 1) }),
    }),
    [
      'a version holds from its own millisecond on, until the millisecond before the next',
      'of versions of one millisecond, the last one counts',
    ],
  ],
  [
    'leaves a label where it was',
    (sound) => {
      const seen = new Set<string>()
      return {
        saveAgentState: (input, options = {}) => {
          const key = JSON.stringify([input.agentId, options.label])
          if (!seen.has(key)) seen.add(key)
          else return sound.saveAgentState(input, { ...options, label: undefined })
          return sound.saveAgentState(input, options)
        },
      }
    },
    [
      'a label names one version of an agent: saved again, it moves',
      'of saves of one label at the same time, the newest version has it',
    ],
  ],
  [
    'takes a prefix for a pattern',
    (sound) => ({
      listAgents: async ({ idPrefix, ...filter } = {}) => {
        const { items, nextCursor } = await sound.listAgents(filter)
        const pattern = new RegExp(`^${(idPrefix ?? '').replace('_', '.').replace('%', '.*')}`, 'i')
        return { items: items.filter(({ agentId }) => pattern.test(agentId)), nextCursor }
      },
    }),
    ['agents are listed by how their ids begin, letter for letter'],
  ],
  [
    'forgets the histories of deleted agents',
    (sound) => ({
      loadAgentState: async (agentId, options) =>
        (await sound.loadAgentState(agentId)) && sound.loadAgentState(agentId, options),
    }),
    [
      'the history of a deleted agent stays, and goes on when it is revived',
      'an agent that was deleted since is loaded as it was, and tells that it was deleted',
    ],
  ],
  [
    'lists revisions oldest first',
    (sound) => ({
      listRevisions: async (agentId, page) => {
        const { items, nextCursor } = await sound.listRevisions(agentId, page)
        return { items: items.toReversed(), nextCursor }
      },
    }),
    ['every save, status update, patch and restore adds a version to the history, newest first'],
  ],
  [
    'restores all of an agent, where its state is meant',
    (sound) => ({
      restoreRevision: async (agentId, version, { expectedVersion } = {}) => {
        const then = await sound.loadAgentState(agentId, { version })
        if (then === null) return sound.restoreRevision(agentId, version)
        const { name, status, metadata, state } = then
        return sound.saveAgentState({ agentId, name, status, metadata, state }, { expectedVersion })
      },
    }),
    ['a restored version is a new one with the old state; name, status and metadata stay'],
  ],
  [
    'tells differences the wrong way round',
    (sound) => ({ diffRevisions: (agentId, from, to) => sound.diffRevisions(agentId, to, from) }),
    [
      'a diff, as a patch of the one version, makes the other one of it',
      'a diff goes both ways, also over versions in between and of a deleted agent',
    ],
  ],
  [
    'blames the newest version for everything',
    (sound) => ({
      blame: async (agentId, pointer) => {
        const { items } = await sound.listRevisions(agentId, { limit: 1 })
        const found = await sound.blame(agentId, pointer)
        return found && { ...found, version: items[0]?.version ?? 0 }
      },
    }),
    ['a field is blamed on the version that last changed it', 'a change far back in a long history is found'],
  ],
  [
    'blames the whole state for what is in it',
    (sound) => ({ blame: (agentId) => sound.blame(agentId, '') }),
    ['a field that never changed is blamed on the oldest version', 'a field that was never there is blamed on none'],
  ],
  [
    'tells nothing of the moment of a change',
    (sound) => ({
      blame: async (agentId, pointer) => {
        const found = await sound.blame(agentId, pointer)
        return found && { ...found, events: [], transitions: [] }
      },
    }),
    ['the moment of a change tells the events and transitions since the version before'],
  ],
  [
    'takes the steps of a patch one by one',
    (sound) => ({
      patchAgentState: async (agentId, patch, options) => {
        if (!Array.isArray(patch) || patch.length < 2) return sound.patchAgentState(agentId, patch, options)
        let changed = await sound.patchAgentState(agentId, [], options)
        for (const step of patch) changed = await sound.patchAgentState(agentId, [step])
        return changed
      },
    }),
    ['a patch of which one step cannot be taken changes nothing, and names the step'],
  ],
  [
    'patches whichever version is there',
    (sound) => ({ patchAgentState: (agentId, patch) => sound.patchAgentState(agentId, patch) }),
    [
      'a patch over another version than expected is refused, and changes nothing',
      'of patches that race for one version exactly one wins',
    ],
  ],
  [
    'loads, appends and saves, and nobody else',
    (sound) => ({
      appendToAgentState: async (agentId, pointer, items, options) => {
        const found = await sound.loadAgentState(agentId)
        const state = found?.state as Record<string, unknown[]> | undefined
        const list = state?.[pointer.slice(1)]
        if (found === null || !Array.isArray(list)) return sound.appendToAgentState(agentId, pointer, items, options)
        const changed = { ...state, [pointer.slice(1)]: [...list, ...items] }
        return sound.saveAgentState({ ...input(found), state: changed as never }, options)
      },
    }),
    ['what callers append at once is all there, the items of each together'],
  ],
  [
    'lets a fork share the head of its parent',
    (sound) => {
      const parents = new Map<string, string>()
      return {
        forkAgent: (agentId, options) => {
          parents.set(options.agentId, agentId)
          return sound.forkAgent(agentId, options)
        },
        patchAgentState: (agentId, patch, options) =>
          sound.patchAgentState(parents.get(agentId) ?? agentId, patch, options),
      }
    },
    ['a fork and its parent change each for itself', 'a fork of a fork of a fork is whole'],
  ],
  [
    'copies an agent, over one that is there, where it is to fork it',
    (sound) => ({
      forkAgent: async (agentId, { agentId: to, version }) => {
        const found = await sound.loadAgentState(agentId, { version })
        if (found === null) return sound.forkAgent(agentId, { agentId: to, version })
        return sound.saveAgentState({ ...input(found), agentId: to }, { revive: true })
      },
    }),
    [
      'a fork is a new agent that begins as its parent is, and remembers it',
      'an id that is taken is refused, even by a deleted agent or by the parent itself',
      'every version that a fork was made of is kept, whatever its size',
    ],
  ],
]

/** A loaded agent, as it is given to save it. */
function input<T extends { agentId: string; name: string; status: string; state: unknown; metadata: unknown }>(
  found: T,
) {
  const { agentId, name, status, state, metadata } = found
  return { agentId, name, status, state: state as T['state'], metadata: metadata as object }
}
