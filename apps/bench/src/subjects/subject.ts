import type {
  AgentState,
  AgentStateInput,
  AgentSummary,
  Event,
  EventHit,
  EventInput,
  Session,
  Task,
} from '@descartes/sdk'

export type Awaitable<T> = T | Promise<T>
export type Durability = 'full' | 'normal'

export interface SaveInput extends AgentStateInput {
  expectedVersion?: number
}

/** A row that the checks know by its id; they read the rest back from the database. */
export interface Written {
  id: string
}

type Items<T> = Awaitable<{ items: T[] }>

/** The contract's operations as every subject does them, each with one argument. */
export interface Operations {
  saveAgentState(input: SaveInput): Awaitable<Pick<AgentState, 'agentId' | 'version' | 'state' | 'updatedAt'>>
  loadAgentState(agentId: string): Awaitable<AgentState | null>
  listAgents(limit: number): Items<AgentSummary>
  updateAgentStatus(input: {
    agentId: string
    status: string
    reason: string
  }): Awaitable<Pick<AgentSummary, 'agentId' | 'status' | 'version'>>
  deleteAgent(agentId: string): Awaitable<boolean>
  recordStateTransition(input: { agentId: string; before: string; after: string; reason: string }): Awaitable<Written>
  getStateHistory(agentId: string): Items<Written & { reason: string | null; timestamp: Date }>
  createSnapshot(input: { agentId: string; description: string }): Awaitable<Written>
  restoreSnapshot(snapshotId: string): Awaitable<Pick<AgentState, 'agentId' | 'version' | 'state'>>
  saveEvent(input: EventInput): Awaitable<Event>
  saveEvents(inputs: EventInput[]): Awaitable<Event[]>
  getEvents(sessionId: string): Items<Event>
  searchEvents(input: { query: string; limit: number }): Items<EventHit>
  saveTask(input: { title: string; description: string; assignedTo: string }): Awaitable<Task>
  getTask(taskId: string): Awaitable<Task | null>
  getTasks(limit: number): Items<Task>
  startSession(input: { agentId: string; metadata: { goal: string } }): Awaitable<Session>
  endSession(sessionId: string): Awaitable<Session>
  listSessions(limit: number): Items<Session>
}

/** One way of keeping agents' state in a SQLite file that has our schema. */
export interface Subject {
  readonly name: string
  /** The file, for reading back what was written. */
  readonly path: string
  /** What the subject can express. */
  readonly operations: Partial<Operations>
  /** Runs the operation on each input, `inFlight` at a time, and returns the results in the order of the inputs. */
  run<I, R>(
    mode: 'read' | 'write',
    operation: (input: I) => Awaitable<R>,
    inputs: readonly I[],
    inFlight: number,
  ): Promise<R[]>
  close(): Promise<void>
}

/** Opens a subject on a database file that our store has created. */
export type OpenSubject = (path: string, durability: Durability) => Promise<Subject>

/** `inFlight` callers, each waiting for its operation before it issues the next. */
export async function keepInFlight<I, R>(
  operation: (input: I) => Awaitable<R>,
  inputs: readonly I[],
  inFlight: number,
): Promise<R[]> {
  const work = { operation, inputs, results: new Array<R>(inputs.length), next: 0 }
  await Promise.all(Array.from({ length: inFlight }, () => call(work)))
  return work.results
}

async function call<I, R>(work: {
  operation: (input: I) => Awaitable<R>
  inputs: readonly I[]
  results: R[]
  next: number
}): Promise<void> {
  while (work.next < work.inputs.length) {
    const i = work.next++
    work.results[i] = await work.operation(work.inputs[i] as I)
  }
}
