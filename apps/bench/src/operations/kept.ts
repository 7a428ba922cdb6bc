import { SEED } from '../data/kept-seed.ts'
import type { Awaitable, Operations, Subject } from '../subjects/subject.ts'
import { requireSame } from './reader.ts'

/** An agent's newest version, read back. */
export interface Stored {
  agentId: string
  version: number
  state: unknown
}

/** A subject on any database and with any tables, which reads back what it keeps. */
export interface KeepingSubject extends Omit<Subject, 'path'> {
  /** What is stored of these agents; the read does not go through what is measured. */
  stored(agentIds: readonly string[]): Promise<Stored[]>
}

type InputOf<M extends keyof Operations> = Parameters<Operations[M]>[0]
type ResultOf<M extends keyof Operations> = Awaited<ReturnType<Operations[M]>>

/** What is put into an operation on one subject, and how its work is checked: throws unless all of it was carried out. */
export interface Workload<S, I, R> {
  inputs(count: number): I[]
  verify(subject: S, inputs: readonly I[], results: readonly R[]): Promise<void>
}

/** An operation on one subject, round after round. */
export interface Trial {
  /** Does `count` operations, checks them, and tells the microseconds that one took. */
  round(count: number): Promise<number>
  /** Does `count` operations, and checks each by itself as soon as it is acknowledged. */
  acknowledge(count: number): Promise<void>
}

export interface KeptOperation<S extends KeepingSubject = KeepingSubject> {
  readonly name: string
  readonly method: keyof Operations
  readonly mode: 'read' | 'write'
  /** The most in one round: more would write one agent twice. */
  readonly most: number
  /** Undefined when the subject cannot express it. */
  start(subject: S, inFlight: number): Trial | undefined
}

export function defineKept<M extends keyof Operations, S extends KeepingSubject = KeepingSubject>(
  name: string,
  method: M,
  mode: 'read' | 'write',
  workload: () => Workload<S, InputOf<M>, ResultOf<M>>,
  most: number = SEED.agents,
): KeptOperation<S> {
  return {
    name,
    method,
    mode,
    most,
    start(subject, inFlight) {
      const operation = subject.operations[method] as ((input: InputOf<M>) => Awaitable<ResultOf<M>>) | undefined
      if (operation === undefined) return undefined
      const { inputs: make, verify } = workload()
      return {
        async round(count) {
          const inputs = make(count)
          const started = performance.now()
          const results = await subject.run(mode, operation, inputs, inFlight)
          const micros = ((performance.now() - started) * 1000) / count
          requireSame(results.length, count, `${name}: number of results`)
          await verify(subject, inputs, results)
          return micros
        },
        async acknowledge(count) {
          const checked = async (input: InputOf<M>) => verify(subject, [input], [await operation(input)])
          // Where the driver is synchronous, they are checked after the commit that all of them share.
          await Promise.all(await subject.run(mode, checked, make(count), inFlight))
        },
      }
    },
  }
}
