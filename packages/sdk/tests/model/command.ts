import { deepStrictEqual } from 'node:assert'
import type { AsyncCommand } from 'fast-check'
import { checkBriefly } from './check-briefly.ts'
import { type Model, Refusal } from './model.ts'
import type { Real } from './real.ts'

/** A step of a sequence: done in the model and in the store, and looked at briefly afterwards. */
export abstract class Command implements AsyncCommand<Model, Real> {
  /** False where it makes no sense, so that it is left out. Most steps need an agent. */
  check(model: Readonly<Model>): boolean {
    return model.agents.size > 0
  }

  async run(model: Model, real: Real): Promise<void> {
    await checkBriefly(model, real, await this.act(model, real))
  }

  /** Does it, and tells which agents it was about. */
  protected abstract act(model: Model, real: Real): Promise<string[]>

  toString(): string {
    return `${this.constructor.name}(${JSON.stringify({ ...this })})`
  }
}

/**
 * Does the same in the model and in the store. Both must do it, and then their results are returned; or both must refuse
 * it for the same reason, and then nothing is.
 */
export async function agree<T, U>(inModel: () => T, inStore: () => Promise<U>): Promise<[T, U] | undefined> {
  let expected: { code: string } | { result: T }
  try {
    expected = { result: inModel() }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expected = { code: error.code }
  }
  let got: U
  try {
    got = await inStore()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === undefined || !('code' in expected)) throw error
    deepStrictEqual(code, expected.code)
    return undefined
  }
  if ('code' in expected) throw new Error(`the store did what it must refuse (${expected.code})`)
  return [expected.result, got]
}
