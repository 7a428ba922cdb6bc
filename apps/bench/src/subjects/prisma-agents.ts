import type { JsonValue } from '@descartes/sdk'
import type { Prisma, PrismaClient } from '@descartes/store/client'
import { NAMESPACE as namespace } from './connection.ts'
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

/** The best that a user of the client would write; several statements go in an interactive transaction. */
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
        const { version, stateData } = await tx.agentState.findUniqueOrThrow({
          where: { ...key(agentId), deletedAt: null },
        })
        return tx.stateSnapshot.create({
          data: { namespace, agentId, agentVersion: version, description, stateData },
          omit: WITHOUT_STATE,
        })
      }),
    restoreSnapshot: (snapshotId) =>
      client.$transaction(async (tx) => {
        const { agentId, stateData } = await tx.stateSnapshot.findUniqueOrThrow({
          where: { namespace_id: { namespace, id: snapshotId } },
        })
        const { stateData: restored, ...agent } = await tx.agentState.update({
          where: { ...key(agentId), deletedAt: null },
          data: { stateData, version: { increment: 1 } },
        })
        return { ...agent, state: JSON.parse(restored) as JsonValue }
      }),
  }
}
