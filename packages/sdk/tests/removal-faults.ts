import type { Fault } from './faulty-store.ts'

/** Faults of pruning and purging, and tests of the contract that must catch each. */
export const REMOVAL_FAULTS: [string, Fault, string[]][] = [
  [
    'prunes what snapshots pin',
    (sound) => ({
      pruneRevisions: async (options) => {
        const report = await sound.pruneRevisions(options)
        const pinned = await sound.prisma.stateSnapshot.findMany()
        const version = { in: pinned.map(({ agentVersion }) => agentVersion) }
        await sound.prisma.agentRevision.deleteMany({ where: { version } })
        return report
      },
    }),
    [
      'a snapshot is of a version, and keeps it from being pruned',
      'snapshots of one version keep it until the last of them is deleted',
    ],
  ],
  [
    'prunes what forks were made of',
    (sound) => ({
      pruneRevisions: async (options) => {
        const report = await sound.pruneRevisions(options)
        for (const { parent } of (await sound.listAgents()).items)
          if (parent !== null) await sound.prisma.agentRevision.deleteMany({ where: parent })
        return report
      },
    }),
    ['every version that a fork was made of is kept, whatever its size'],
  ],
  [
    'prunes without a look at what rests on what',
    (sound) => ({
      pruneRevisions: async (options) => {
        const { revisions } = await sound.pruneRevisions({ ...options, dryRun: true })
        const version = { lte: revisions }
        await sound.prisma.agentRevision.deleteMany({ where: { version } })
        return { agents: 1, revisions, bytes: 0, dryRun: false, reclaimedBytes: 0 }
      },
    }),
    ['keepLast keeps the newest so many, which read as before'],
  ],
  [
    'prunes in dry runs, too',
    (sound) => ({ pruneRevisions: (options) => sound.pruneRevisions({ ...options, dryRun: false }) }),
    ['a dry run tells exactly what would be removed, and removes nothing'],
  ],
  [
    'prunes every namespace',
    (sound) => ({
      pruneRevisions: async (options) => {
        await sound.withNamespace('other').pruneRevisions({ ...options, agentId: undefined })
        return sound.pruneRevisions(options)
      },
    }),
    [
      'one agent is pruned alone, or every one of the namespace, deleted ones too',
      'agents of one id in two namespaces have two histories',
    ],
  ],
  [
    'keeps the last three where nothing was said',
    (sound) => ({ pruneRevisions: (options) => sound.pruneRevisions({ keepLast: 3, ...options }) }),
    ['without a rule, nothing is removed'],
  ],
  [
    'forgets the events when it purges',
    (sound) => ({
      purgeAgent: async (agentId, options) => {
        const { items } = await sound.getEvents('shared')
        const report = await sound.purgeAgent(agentId, options)
        await sound.saveEvents(items.map(({ gitCommit: _, ...event }) => event))
        return report
      },
    }),
    ['of a purged agent nothing is left in any list or search, and the report counts what went'],
  ],
  [
    'deletes an agent where it is to purge it',
    (sound) => ({
      purgeAgent: async (agentId) => {
        const agents = Number(await sound.deleteAgent(agentId))
        const none = { revisions: 0, snapshots: 0, transitions: 0, sessions: 0, events: 0, tasksReleased: 0 }
        return { ...none, agents, reclaimedBytes: 0, isScrubbed: true }
      },
    }),
    ['an id that was purged is free, and begins anew', 'a deleted agent is purged as any other'],
  ],
  [
    'purges the forks with their parent',
    (sound) => ({
      purgeAgent: async (agentId, options) => {
        for (const { agentId: fork, parent } of (await sound.listAgents()).items)
          if (parent?.agentId === agentId) await sound.purgeAgent(fork)
        return sound.purgeAgent(agentId, options)
      },
    }),
    ['forks of a purged agent, and forks of those, read as before'],
  ],
]
