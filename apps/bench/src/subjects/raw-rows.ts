import type { AgentState, AgentSummary, Event, JsonValue, Session, Task } from '@descartes/sdk'

/** What hand-written code does with a row: parse its JSON, and make dates of its times. */
export interface AgentColumns {
  agentId: string
  name: string
  status: string
  metadata: string | null
  version: number
  createdAt: string
  updatedAt: string
  deletedAt: string | null
}

export interface EventColumns {
  id: string
  seq: number
  eventType: string
  timestamp: string
  sessionId: string
  actorType: Event['actorType']
  actorId: string
  gitCommit: string | null
  metadata: string | null
  content: string
}

export interface TransitionColumns {
  id: string
  agentId: string
  seq: number
  stateBefore: string
  stateAfter: string
  reason: string | null
  timestamp: string
  metadata: string | null
}

export interface SnapshotColumns {
  id: string
  agentId: string
  agentVersion: number
  description: string | null
  createdAt: string
  expiresAt: string | null
}

export interface TaskColumns {
  id: string
  title: string
  description: string | null
  status: Task['status']
  assignedTo: string | null
  createdAt: string
  updatedAt: string
  metadata: string | null
}

export interface SessionColumns {
  id: string
  agentId: string
  startedAt: string
  endedAt: string | null
  status: Session['status']
  metadata: string | null
}

/** The present moment, as our store writes it. */
export function now(): string {
  return new Date().toISOString().replace('Z', '+00:00')
}

const json = (text: string | null) => (text === null ? null : (JSON.parse(text) as JsonValue))
const date = (text: string | null) => (text === null ? null : new Date(text))

export function toSummary(row: AgentColumns): AgentSummary {
  const { agentId, name, status, version } = row
  return {
    agentId,
    name,
    status,
    metadata: json(row.metadata),
    version,
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    deletedAt: date(row.deletedAt),
    parent: null,
  }
}

export function toAgent(row: AgentColumns & { stateData: string }): AgentState {
  const { agentId, name, status, version } = row
  return {
    agentId,
    name,
    status,
    metadata: json(row.metadata),
    version,
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    deletedAt: date(row.deletedAt),
    parent: null,
    state: JSON.parse(row.stateData) as JsonValue,
  }
}

export function toEvent(row: EventColumns): Event {
  const { id, eventType, sessionId, actorType, actorId, content, gitCommit } = row
  return {
    id,
    eventType,
    sessionId,
    actorType,
    actorId,
    content,
    metadata: json(row.metadata),
    gitCommit,
    timestamp: new Date(row.timestamp),
  }
}

export function toTransition(row: TransitionColumns) {
  const { id, agentId, stateBefore, stateAfter, reason } = row
  return {
    id,
    agentId,
    before: stateBefore,
    after: stateAfter,
    reason,
    metadata: json(row.metadata),
    timestamp: new Date(row.timestamp),
  }
}

export function toSnapshot(row: SnapshotColumns) {
  const { id, agentId, agentVersion, description } = row
  return {
    id,
    agentId,
    version: agentVersion,
    description,
    createdAt: new Date(row.createdAt),
    expiresAt: date(row.expiresAt),
  }
}

export function toTask(row: TaskColumns): Task {
  const { id, title, description, status, assignedTo } = row
  return {
    id,
    title,
    description,
    status,
    assignedTo,
    metadata: json(row.metadata),
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
  }
}

export function toSession(row: SessionColumns): Session {
  return {
    id: row.id,
    agentId: row.agentId,
    startedAt: new Date(row.startedAt),
    endedAt: date(row.endedAt),
    status: row.status,
    metadata: json(row.metadata),
  }
}
