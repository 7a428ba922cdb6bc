/** What a worker process is told when it is started. */
export interface Assignment {
  agentId: string
  /** The folder that the tasks' paths are relative to. */
  root: string
  /** Where the store is. */
  url: string
}

/** What a worker tells the coordinator. It goes on when it gets an answer. What matters is in the store, not here. */
export type Report =
  /** It is there, and goes on after so many sections of an unfinished document. */
  | { kind: 'ready'; position: number | null }
  /** It has saved the event of a section. */
  | { kind: 'section'; path: string; section: number; sections: number }
