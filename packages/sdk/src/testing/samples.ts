import type { AgentStateInput, EventInput, ItemInput } from '../records.ts'

/** An agent to save; every field can be replaced. */
export function agent(fields: Partial<AgentStateInput> = {}): AgentStateInput {
  return { agentId: 'researcher', name: 'Researcher', status: 'running', state: { step: 1 }, ...fields }
}

/** An event to save; every field can be replaced. */
export function event(fields: Partial<EventInput> = {}): EventInput {
  return {
    eventType: 'message',
    sessionId: 'session-1',
    actorType: 'agent',
    actorId: 'researcher',
    content: 'The quick brown fox',
    ...fields,
  }
}

/** An item to save; every field can be replaced. */
export function item(fields: Partial<ItemInput> = {}): ItemInput {
  return { path: ['users', '123'], key: 'likes', value: { animal: 'fox' }, text: 'fox', ...fields }
}

/** The numbers from 0 to `count` - 1. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

/** Ids and words that mean something elsewhere (in JavaScript, SQL, patterns, paths, shells) and nothing here. */
export const STRANGE_WORDS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '0',
  '-1',
  '1e3',
  'true',
  '%',
  '_',
  '*',
  '?',
  '[a]*',
  '{}',
  '$1',
  ':name',
  '@p1',
  "'",
  '"',
  '`',
  "'; drop table agent_states; --",
  '\\',
  '/',
  '..',
  '../../etc/passwd',
  'a b',
  ' leading and trailing ',
  'tab\there',
  'line\nbreak',
  '😀',
  '👩‍👩‍👧‍👦',
  '日本語',
  'العربية',
  'é',
  '\u{10FFFF}',
  '\uFFFD',
  '\uFEFF',
  '~',
  'x'.repeat(512),
] as const
