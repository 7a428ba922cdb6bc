import { InvalidInputError } from '@descartes/store'

/** A step on the way down: a key, an index, or, into a Map, the index of an entry and 0 for its key, 1 for its value. */
export type Step = string | number | readonly [entry: number, side: 0 | 1]

/** The way from a field down to the value at hand. It is kept by depth, so that a path costs nothing until it is needed. */
export class Way {
  readonly #field: string
  readonly #steps: Step[] = []
  readonly #objects: object[] = []
  /** How many steps have been made. */
  depth = 0

  constructor(field: string) {
    this.#field = field
  }

  /** The object at this depth; its parts are one step further down. */
  enter(object: object, depth: number): void {
    this.#objects[depth] = object
  }

  /** Makes the step from the object at this depth. */
  step(step: Step, depth: number): void {
    this.#steps[depth] = step
    this.depth = depth + 1
  }

  pointer(depth = this.depth): string {
    const keys = this.#steps.slice(0, depth).flat()
    return [this.#field, ...keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
  }

  refuse(expected: string, received: string): never {
    throw new InvalidInputError(this.pointer(), expected, received)
  }

  /** Refuses a value that lies in itself. A cycle never ends: it is looked for where a limit is passed. */
  refuseCycle(value: unknown): void {
    const way = [...this.#objects.slice(0, this.depth), value]
    const repeated = way.findIndex((object, depth) => way.indexOf(object) < depth)
    if (repeated === -1) return
    throw new InvalidInputError(
      this.pointer(repeated),
      'a value without cycles',
      'a reference to a value that contains it',
    )
  }

  /** Refuses the field as a whole, as too large. */
  refuseSize(maxBytes: number, received: string): never {
    throw new InvalidInputError(this.#field, `at most ${maxBytes} bytes of JSON`, received)
  }
}
