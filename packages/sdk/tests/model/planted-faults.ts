import type { Fault, Real } from './real.ts'

/** A fault, and the step without which it does not show. */
interface Planted {
  fault: Fault
  culprit: string
}

const AGENT = 'namespace = ? AND agent_id = ?'

/** What is stored of all versions. */
interface Stored {
  agentId: string
  version: number
  kind: string
  base: number | null
  data: Buffer
}

const stored = (real: Real) =>
  real.sql(
    'SELECT agent_id AS agentId, version, kind, base_version AS base, data FROM agent_revisions WHERE namespace = ?',
    [real.namespace],
  ) as Promise<Stored[]>

/** Stores with a fault that only a sequence of steps can show. */
export const PLANTED_FAULTS: Readonly<Record<string, Planted>> = {
  'prunes without mending the chains': {
    culprit: 'Prune',
    fault: (real) => ({
      pruneRevisions: async (options) => {
        const before = await stored(real)
        const report = await real.sound.pruneRevisions(options)
        for (const { agentId, version, kind, base, data } of before)
          await real.sql(
            `UPDATE agent_revisions SET kind = ?, base_version = ?, data = ? WHERE ${AGENT} AND version = ?`,
            [...[kind, base, data], ...[real.namespace, agentId, version]],
          )
        return report
      },
    }),
  },

  'prunes what a snapshot pins': {
    culprit: 'Pin',
    fault: (real) => ({
      pruneRevisions: async (options) => {
        const hide = (from: string, to: string) =>
          real.sql('UPDATE state_snapshots SET namespace = ? WHERE namespace = ?', [to, from])
        await hide(real.namespace, `${real.namespace} hidden`)
        const report = await real.sound.pruneRevisions(options)
        await hide(`${real.namespace} hidden`, real.namespace)
        return report
      },
    }),
  },

  "writes a fork's saves into its parent, too": {
    culprit: 'Fork',
    fault: (real) => ({
      saveAgentState: async (input, options) => {
        const saved = await real.sound.saveAgentState(input, options)
        const agents = [real.namespace, saved.agentId, real.namespace, saved.parent?.agentId ?? '']
        await real.sql(
          `UPDATE agent_states SET state_data = (SELECT state_data FROM agent_states WHERE ${AGENT}) WHERE ${AGENT}`,
          agents,
        )
        return saved
      },
    }),
  },

  'purges a parent from under its forks': {
    culprit: 'Purge',
    fault: (real) => ({
      purgeAgent: async (agentId, options) => {
        const forks = `${real.namespace} hidden`
        const hide = (from: string, to: string) =>
          real.sql('UPDATE agent_revisions SET namespace = ? WHERE namespace = ? AND base_agent_id = ?', [
            to,
            from,
            agentId,
          ])
        await hide(real.namespace, forks)
        const report = await real.sound.purgeAgent(agentId, options)
        await hide(forks, real.namespace)
        return report
      },
    }),
  },

  'restores by writing over the version that it restores': {
    culprit: 'Restore',
    fault: (real) => ({
      restoreRevision: async (agentId, version, options) => {
        const restored = await real.sound.restoreRevision(agentId, version, options)
        const row = [restored.status, real.namespace, agentId, version]
        await real.sql(`UPDATE agent_revisions SET status = ? WHERE ${AGENT} AND version = ?`, row)
        return restored
      },
    }),
  },

  'restores the version before the one that is asked for': {
    culprit: 'Restore',
    fault: (real) => ({
      restoreRevision: (agentId, version, options) =>
        real.sound.restoreRevision(agentId, Math.max(1, version - 1), options),
    }),
  },

  'forks the version before the newest': {
    culprit: 'Fork',
    fault: (real) => ({
      forkAgent: async (agentId, options) => {
        const { version } = (await real.sound.loadAgentState(agentId)) ?? { version: 0 }
        const before = version > 1 && options.version === undefined ? version - 1 : options.version
        return real.sound.forkAgent(agentId, { ...options, version: before })
      },
    }),
  },

  'forgets the history of an agent that is deleted': {
    culprit: 'Delete',
    fault: (real) => ({
      deleteAgent: async (agentId) => {
        await real.sql(`DELETE FROM agent_revisions WHERE ${AGENT} AND version > 1`, [real.namespace, agentId])
        return real.sound.deleteAgent(agentId)
      },
    }),
  },

  'loses the times of versions when it is closed': {
    culprit: 'Reopen',
    fault: (real) => ({
      close: async () => {
        await real.sql(`UPDATE agent_revisions SET created_at = '2026-01-01T00:00:00.000+00:00' WHERE namespace = ?`, [
          real.namespace,
        ])
        await real.sound.close()
      },
    }),
  },
}
