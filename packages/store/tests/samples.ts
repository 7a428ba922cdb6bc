import type { NewEvent, SaveAgent } from '../src/operations.ts'

/** An agent to save; what does not matter to a test is filled in. */
export function agent(agentId: string, given: Partial<SaveAgent> = {}): SaveAgent {
  return {
    agentId,
    name: 'Researcher',
    status: 'running',
    metadata: undefined,
    stateData: '{"step":1}',
    schemaVersion: 1,
    expectedVersion: undefined,
    revive: false,
    ...given,
  }
}

/** An event to save; what does not matter to a test is filled in. */
export function event(id: string, given: Partial<NewEvent> = {}): NewEvent {
  return {
    id,
    eventType: 'message',
    timestamp: undefined,
    sessionId: 'session',
    actorType: 'agent',
    actorId: 'researcher',
    gitCommit: null,
    metadata: null,
    content: 'the cat sat on the mat',
    mayExist: false,
    ...given,
  }
}

/** The same event as Prisma takes it. */
export function prismaEvent(id: string, content = 'the cat sat on the mat') {
  const eventType = 'message'
  return { id, eventType, sessionId: 'session', actorType: 'agent' as const, actorId: 'researcher', content }
}
