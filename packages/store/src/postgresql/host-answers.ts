import { NoConnectionError, reasonOf, WrongRoleError } from './driver-errors.ts'

/** What each host has said last, since one of them gave a connection. */
export class HostAnswers {
  readonly #errors = new Map<string, Error>()

  note(host: string, error: Error): void {
    this.#errors.delete(host)
    this.#errors.set(host, error)
  }

  clear(): void {
    this.#errors.clear()
  }

  /** The error for whoever has got no connection; `error` itself where no host has said anything. */
  toError(error: unknown, triedForMs: number | undefined): unknown {
    const last = [...this.#errors.values()].at(-1)
    if (last === undefined) return error
    const isPlain = this.#errors.size === 1 && !(last instanceof WrongRoleError)
    const answers = [...this.#errors].map(([host, said]) => `${host}: ${reasonOf(said).replace(` ${host}`, '')}`)
    const reason = isPlain ? reasonOf(last) : answers.join(', ')
    const tried = triedForMs === undefined ? '' : `; tried for ${(triedForMs / 1000).toFixed(1)} s (acquireTimeoutMs)`
    return new NoConnectionError(`${reason}${tried}`, last)
  }
}
