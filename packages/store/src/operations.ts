export type { AgentRow, AgentSummaryRow } from './operations/agent-row.ts'
export { type CreateSnapshot, createSnapshot, type SnapshotRow } from './operations/create-snapshot.ts'
export { deleteAgent } from './operations/delete-agent.ts'
export { deleteExpiredSnapshots } from './operations/delete-expired-snapshots.ts'
export { deleteSnapshot } from './operations/delete-snapshot.ts'
export { endSession } from './operations/end-session.ts'
export { type ListAgents, listAgents } from './operations/list-agents.ts'
export { type ListEvents, listEventsByType, listSessionEvents } from './operations/list-events.ts'
export { listMigrations } from './operations/list-migrations.ts'
export { type ListSessions, listSessions } from './operations/list-sessions.ts'
export { type ListSnapshots, listSnapshots } from './operations/list-snapshots.ts'
export { type ListTasks, listTasks } from './operations/list-tasks.ts'
export { type ListTransitions, listTransitions } from './operations/list-transitions.ts'
export { loadAgent } from './operations/load-agent.ts'
export { loadSession } from './operations/load-session.ts'
export { loadTask } from './operations/load-task.ts'
export { type NewTransition, recordTransition, type TransitionRow } from './operations/record-transition.ts'
export { restoreSnapshot } from './operations/restore-snapshot.ts'
export { type SaveAgent, type SavedAgent, saveAgent } from './operations/save-agent.ts'
export { type EventRow, type NewEvent, saveEvents } from './operations/save-events.ts'
export { type SaveTask, saveTask, type TaskRow, type TaskStatus } from './operations/save-task.ts'
export {
  type EventHitRow,
  type EventHits,
  type SearchEvents,
  type SearchPosition,
  searchEvents,
} from './operations/search-events.ts'
export { type SessionRow, type SessionStatus, type StartSession, startSession } from './operations/start-session.ts'
export { type UpdateAgentStatus, updateAgentStatus } from './operations/update-agent-status.ts'
