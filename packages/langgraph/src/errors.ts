/** Which checkpoint of which thread a refused write was about. */
export interface Refused {
  /** The thread's `thread_id`. */
  readonly threadId: string
  /** Its `checkpoint_ns`: empty for the graph itself, else the subgraph's. */
  readonly checkpointNs: string
}

/** The thread was deleted after the run that writes had read it. Nothing was stored. */
export class ThreadDeletedError extends Error implements Refused {
  readonly code = 'THREAD_DELETED'
  /** The same write never succeeds. A new run on the thread's id does: it begins empty. */
  readonly retryable = false

  constructor(
    readonly threadId: string,
    readonly checkpointNs: string,
    /** The deleted checkpoint that the write goes on from. */
    readonly checkpointId: string,
  ) {
    super(
      `thread ${JSON.stringify(threadId)} was deleted, and checkpoint ${checkpointId} with it; begin a new run to use the id again`,
    )
    this.name = new.target.name
  }
}

/** Another run has gone on from the same checkpoint, and this saver refuses forks. Nothing was stored. */
export class ForkRefusedError extends Error implements Refused {
  readonly code = 'FORK_REFUSED'
  /** The same write never succeeds: read the thread anew, and run again from there. */
  readonly retryable = false

  constructor(
    readonly threadId: string,
    readonly checkpointNs: string,
    /** The checkpoint that the run goes on from; undefined when it took the thread for a new one. */
    readonly parentId: string | undefined,
    /** The newest checkpoint of the thread. */
    readonly newestId: string,
  ) {
    super(
      `thread ${JSON.stringify(threadId)} is at checkpoint ${newestId}, not at ${parentId ?? 'its beginning'}: another run has written to it; run again from its newest checkpoint, or open the saver with { forks: 'allow' }`,
    )
    this.name = new.target.name
  }
}
