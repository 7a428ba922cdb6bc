import { pathToFileURL } from 'node:url'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { type Durability, keepInFlight, type Operations, type Subject } from './subject.ts'

/** Our store, as callers use it. */
export async function openDescartes(path: string, durability: Durability): Promise<Subject> {
  const store = await openStateStore({ url: pathToFileURL(path).href, durability })
  return {
    name: 'descartes',
    path,
    operations: operationsOf(store),
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    close: () => store.close(),
  }
}

/** The contract's operations on a store, or in a transaction of one. */
export function operationsOf(store: StateStore): Operations {
  return {
    saveAgentState: ({ expectedVersion, ...input }) =>
      store.saveAgentState(input, expectedVersion === undefined ? undefined : { expectedVersion }),
    loadAgentState: (agentId) => store.loadAgentState(agentId),
    listAgents: (limit) => store.listAgents({ limit }),
    updateAgentStatus: ({ agentId, status, reason }) => store.updateAgentStatus(agentId, status, { reason }),
    deleteAgent: (agentId) => store.deleteAgent(agentId),
    recordStateTransition: (input) => store.recordStateTransition(input),
    getStateHistory: (agentId) => store.getStateHistory(agentId),
    createSnapshot: ({ agentId, description }) => store.createSnapshot(agentId, { description }),
    restoreSnapshot: (snapshotId) => store.restoreSnapshot(snapshotId),
    saveEvent: (input) => store.saveEvent(input),
    saveEvents: (inputs) => store.saveEvents(inputs),
    getEvents: (sessionId) => store.getEvents(sessionId),
    searchEvents: ({ query, limit }) => store.searchEvents(query, { limit }),
    saveTask: (input) => store.saveTask(input),
    getTask: (taskId) => store.getTask(taskId),
    getTasks: (limit) => store.getTasks({ limit }),
    startSession: (input) => store.startSession(input),
    endSession: (sessionId) => store.endSession(sessionId),
    listSessions: (limit) => store.listSessions({ limit }),
  }
}
