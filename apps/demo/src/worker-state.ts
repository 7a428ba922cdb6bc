/** What the store keeps of a worker agent: enough for any process to go on in its place. */
export interface WorkerState {
  /** Documents, sections and words of the documents that it has finished. */
  documents: number
  sections: number
  words: number
  /** The document that it is reading now. */
  reading: Reading | null
}

export interface Reading {
  path: string
  /** A position is only good for the text that it was taken in. */
  sha256: string
  sections: number
  /** Sections read so far, and the words in them. */
  read: number
  words: number
}

export const NEW_WORKER: WorkerState = { documents: 0, sections: 0, words: 0, reading: null }

/** What is kept with a section's event. */
export type SectionFacts = { path: string; section: number; heading: string; words: number }

/** What is kept with a document's task: of a completed one, what was counted, too. */
export type TaskFacts = { sha256: string; sections?: number; words?: number }

export const NAMESPACE = 'demo'
export const SECTION_READ = 'section.read'

/** The same section always has the same event id: saving it twice stores it once. */
export const eventId = (path: string, section: number) => `${path}#${section}`

/** One session for each agent, whatever processes it takes. */
export const sessionId = (agentId: string) => `${agentId}-session`

/** Describes the snapshot that is taken of an agent whose process was killed. */
export const AS_KILLED = 'as the kill left it'
