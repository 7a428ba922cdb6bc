import type { Event, EventInput, Session, Task } from '@descartes/sdk'
import type { Prisma, PrismaClient } from '@descartes/store/client'
import { NAMESPACE as namespace } from './connection.ts'
import type { Operations } from './subject.ts'

type Names =
  | 'recordStateTransition'
  | 'getStateHistory'
  | 'saveEvent'
  | 'saveEvents'
  | 'getEvents'
  | 'saveTask'
  | 'getTask'
  | 'getTasks'
  | 'startSession'
  | 'endSession'
  | 'listSessions'

const key = (id: string) => ({ namespace_id: { namespace, id } })
const toData = ({ metadata, gitCommit, ...event }: EventInput) =>
  ({
    namespace,
    ...event,
    gitCommit: gitCommit ?? null,
    metadata: metadata as Prisma.InputJsonValue,
  }) as Prisma.EventCreateManyInput

export function prismaRecordOperations(client: PrismaClient): Pick<Operations, Names> {
  return {
    recordStateTransition: ({ agentId, before, after, reason }) =>
      client.$transaction(async (tx) => {
        await tx.agentState.findUniqueOrThrow({
          where: { namespace_agentId: { namespace, agentId }, deletedAt: null },
          omit: { stateData: true },
        })
        return tx.stateTransition.create({
          data: { namespace, agentId, stateBefore: before, stateAfter: after, reason },
        })
      }),
    async getStateHistory(agentId) {
      const rows = await client.stateTransition.findMany({
        where: { namespace, agentId },
        orderBy: { seq: 'desc' },
        take: 101,
      })
      return { items: rows.slice(0, 100) }
    },
    saveEvent: async (input) => (await client.event.create({ data: toData(input) })) as Event,
    saveEvents: async (inputs) => (await client.event.createManyAndReturn({ data: inputs.map(toData) })) as Event[],
    async getEvents(sessionId) {
      const rows = await client.event.findMany({ where: { namespace, sessionId }, orderBy: { seq: 'asc' }, take: 101 })
      return { items: rows.slice(0, 100) as Event[] }
    },
    saveTask: async (input) => (await client.task.create({ data: { namespace, ...input } })) as Task,
    getTask: async (taskId) => (await client.task.findUnique({ where: key(taskId) })) as Task | null,
    async getTasks(limit) {
      const rows = await client.task.findMany({
        where: { namespace },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: limit + 1,
      })
      return { items: rows.slice(0, limit) as Task[] }
    },
    startSession: async ({ agentId, metadata }) =>
      (await client.session.create({ data: { namespace, agentId, metadata } })) as Session,
    endSession: async (sessionId) =>
      (await client.session.update({
        where: { ...key(sessionId), endedAt: null },
        data: { endedAt: new Date(), status: 'completed' },
      })) as Session,
    async listSessions(limit) {
      const rows = await client.session.findMany({
        where: { namespace },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      })
      return { items: rows.slice(0, limit) as Session[] }
    },
  }
}
