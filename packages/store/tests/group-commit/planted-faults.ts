import { type Job, Writer } from '../../src/sqlite/writer.ts'

/** Resolves as soon as the job has run, whatever becomes of the COMMIT. */
export class AcknowledgesBeforeCommit extends Writer {
  override write<T>(job: Job<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const acknowledging: Job<T> = (connection) => {
        const result = job(connection)
        resolve(result)
        return result
      }
      super.write(acknowledging).catch(reject)
    })
  }
}

/** When a batch runs again without the write that broke it, forgets to write the others again. */
export class ForgetsTheOthersAtReplay extends Writer {
  override write<T>(job: Job<T>): Promise<T> {
    let done: { result: T } | undefined
    return super.write((connection) => {
      done ??= { result: job(connection) }
      return done.result
    })
  }
}

/** Lets a write slip into the transaction that is open: what the official Prisma adapter does. */
export class SlipsIntoOpenTransactions extends Writer {
  override async write<T>(job: Job<T>): Promise<T> {
    return this.transaction === undefined ? super.write(job) : this.transaction.run(job)
  }
}

/** Lets writes overtake one another. */
export class LetsWritesOvertake extends Writer {
  #odd = false

  override async write<T>(job: Job<T>): Promise<T> {
    this.#odd = !this.#odd
    if (this.#odd) await new Promise((resolve) => setTimeout(resolve, 2))
    return super.write(job)
  }
}

/** Keeps what a job wrote before it failed, and reports the failure. */
export class KeepsHalves extends Writer {
  override async write<T>(job: Job<T>): Promise<T> {
    const result = await super.write((connection) => {
      try {
        return { ok: true as const, value: job(connection) }
      } catch (error) {
        return { ok: false as const, error }
      }
    })
    if (result.ok) return result.value
    throw result.error
  }
}

/** Forgets a write now and then: its promise never settles. */
export class LeavesPromisesOpen extends Writer {
  override write<T>(job: Job<T>): Promise<T> {
    return super.write(job).catch(() => new Promise(() => {}))
  }
}
