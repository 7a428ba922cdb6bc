import type { JsonValue } from '@descartes/sdk'
import type { Prisma, PrismaClient } from '@descartes/store/client'
import { NAMESPACE as namespace } from './connection.ts'
import { stateIn } from './raw-agents.ts'
import type { Operations } from './subject.ts'

type Names =
  | 'saveAgentState'
  | 'loadAgentState'
  | 'listAgents'
  | 'updateAgentStatus'
  | 'deleteAgent'
  | 'createSnapshot'
  | 'restoreSnapshot'

const key = (agentId: string) => ({ namespace_agentId: { namespace, agentId } })
const WITHOUT_STATE = { stateData: true } as const

const textOf = ({ name, metadata, stateData }: { name: string; metadata: unknown; stateData: string }) =>
  `${JSON.stringify(name)}\n${JSON.stringify(metadata)}\n${stateData}`

/**
 * The best that a user of the client would write; several statements go in an interactive transaction. A save keeps no
 * older versions, which would make it one: what is to be had back is copied when a snapshot is made.
 */
export function prismaAgentOperations(client: PrismaClient): Pick<Operations, Names> {
  return {
    async saveAgentState({ agentId, name, status, state, metadata, expectedVersion }) {
      const data = { name, status, metadata: metadata as Prisma.InputJsonValue, stateData: JSON.stringify(state) }
      const update = { ...data, version: { increment: 1 } }
      const row =
        expectedVersion === undefined
          ? await client.agentState.upsert({
              where: key(agentId),
              create: { namespace, agentId, ...data },
              update,
              omit: WITHOUT_STATE,
            })
          : await client.agentState.update({
              where: { ...key(agentId), version: expectedVersion },
              data: update,
              omit: WITHOUT_STATE,
            })
      return { ...row, parent: null, state }
    },
    async loadAgentState(agentId) {
      const row = await client.agentState.findUnique({ where: key(agentId) })
      if (row === null || row.deletedAt !== null) return null
      const { stateData, ...agent } = row
      return {
        ...agent,
        parent: null,
        metadata: agent.metadata as JsonValue,
        state: JSON.parse(stateData) as JsonValue,
      }
    },
    async listAgents(limit) {
      const rows = await client.agentState.findMany({
        where: { namespace, deletedAt: null },
        orderBy: { agentId: 'asc' },
        take: limit + 1,
        omit: WITHOUT_STATE,
      })
      return {
        items: rows.slice(0, limit).map((row) => ({ ...row, parent: null, metadata: row.metadata as JsonValue })),
      }
    },
    updateAgentStatus: ({ agentId, status, reason }) =>
      client.$transaction(async (tx) => {
        const agent = await tx.agentState.findUniqueOrThrow({
          where: { ...key(agentId), deletedAt: null },
          omit: WITHOUT_STATE,
        })
        const updated = await tx.agentState.update({
          where: key(agentId),
          data: { status, version: { increment: 1 } },
          omit: WITHOUT_STATE,
        })
        await tx.stateTransition.create({
          data: { namespace, agentId, stateBefore: agent.status, stateAfter: status, reason },
        })
        return updated
      }),
    async deleteAgent(agentId) {
      const { count } = await client.agentState.updateMany({
        where: { namespace, agentId, deletedAt: null },
        data: { deletedAt: new Date() },
      })
      return count === 1
    },
    createSnapshot: ({ agentId, description }) =>
      client.$transaction(async (tx) => {
        const agent = await tx.agentState.findUniqueOrThrow({ where: { ...key(agentId), deletedAt: null } })
        const { version, status, updatedAt } = agent
        const where = { namespace_agentId_version: { namespace, agentId, version } }
        if ((await tx.agentRevision.findUnique({ where, omit: { data: true } })) === null) {
          const data = new Uint8Array(Buffer.from(textOf(agent)))
          const [size, chainBytes] = [data.length, data.length + 64]
          const row = {
            kind: 'plain',
            status,
            size,
            createdAt: updatedAt,
            chainBytes,
            chainStart: version,
            data,
          } as const
          await tx.agentRevision.create({ data: { namespace, agentId, version, ...row }, omit: { data: true } })
        }
        return tx.stateSnapshot.create({ data: { namespace, agentId, agentVersion: version, description } })
      }),
    restoreSnapshot: (snapshotId) =>
      client.$transaction(async (tx) => {
        const { agentId, agentVersion: version } = await tx.stateSnapshot.findUniqueOrThrow({
          where: { namespace_id: { namespace, id: snapshotId } },
        })
        const where = { namespace_agentId_version: { namespace, agentId, version } }
        const { data } = await tx.agentRevision.findUniqueOrThrow({ where })
        const { stateData: restored, ...agent } = await tx.agentState.update({
          where: { ...key(agentId), deletedAt: null },
          data: { stateData: stateIn(data), version: { increment: 1 } },
        })
        return { ...agent, state: JSON.parse(restored) as JsonValue }
      }),
  }
}
