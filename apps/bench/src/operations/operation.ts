import type { Awaitable, Operations, Subject } from '../subjects/subject.ts'
import { DataCheckError, Reader } from './reader.ts'

/** `point` works on one item, `page` reads 100 (search: 20) of them, `bulk` writes 100. */
export type Kind = 'point' | 'page' | 'bulk'

/** What is put into an operation, and how its work is checked. One workload lives as long as one database. */
export interface Workload<I, R> {
  /** The inputs of a round. May prepare what they need through the subject; that is not measured. */
  inputs(count: number, subject: Subject): Awaitable<I[]>
  /** Throws a DataCheckError unless every input was really carried out. */
  verify(round: { inputs: readonly I[]; results: readonly R[]; reader: Reader }): void
}

type InputOf<M extends keyof Operations> = Parameters<Operations[M]>[0]
type ResultOf<M extends keyof Operations> = Awaited<ReturnType<Operations[M]>>

export interface Definition<M extends keyof Operations> {
  name: string
  method: M
  kind: Kind
  mode: 'read' | 'write'
  /** The most in flight that a subject takes, by its name; more makes it fail. */
  most?: Record<string, number>
  workload(): Workload<InputOf<M>, ResultOf<M>>
}

/** One operation on one subject, round after round, on one database. */
export interface Trial {
  /** Does `count` operations, checks them, and returns the microseconds that one took. */
  round(count: number): Promise<number>
  /** The same in CPU time of the whole process, of the last round. */
  readonly cpu: number
  end(): void
}

/** An operation of the contract, ready to be measured. */
export interface Operation {
  readonly name: string
  readonly method: keyof Operations
  readonly kind: Kind
  readonly mode: 'read' | 'write'
  /** Undefined when the subject cannot express the operation, or not with so many in flight. */
  start(subject: Subject, inFlight: number): Trial | undefined
}

export function defineOperation<M extends keyof Operations>(definition: Definition<M>): Operation {
  const { name, method, kind, mode, most, workload } = definition
  return {
    name,
    method,
    kind,
    mode,
    start(subject, inFlight) {
      const operation = subject.operations[method] as ((input: InputOf<M>) => Awaitable<ResultOf<M>>) | undefined
      if (operation === undefined || inFlight > (most?.[subject.name] ?? Number.POSITIVE_INFINITY)) return undefined
      const work = workload()
      const reader = new Reader(subject.path)
      let cpu = 0
      return {
        get cpu() {
          return cpu
        },
        async round(count) {
          const inputs = await work.inputs(count, subject)
          const [started, before] = [performance.now(), process.cpuUsage()]
          const results = await subject.run(mode, operation, inputs, inFlight)
          const micros = ((performance.now() - started) * 1000) / count
          const { user, system } = process.cpuUsage(before)
          cpu = (user + system) / count
          if (results.length !== count)
            throw new DataCheckError(`${name}: ${results.length} results of ${count} inputs`)
          work.verify({ inputs, results, reader })
          return micros
        },
        end: () => reader.close(),
      }
    },
  }
}
