import { calibrate, type Figure, figure, interleave } from '../measure.ts'
import type { KeptOperation } from '../operations/kept.ts'
import { DataCheckError } from '../operations/reader.ts'
import type { ContestantId, Entrant } from './entrant.ts'

/** How long and how often each contestant works. */
export interface Pace {
  /** Rounds that count, and the least of them where they take long. */
  rounds: number
  leastRounds: number
  /** About how long all contestants together take at most, if that leaves the least of rounds. */
  cellMs: number
  /** About how long one round takes, unless so many calls in flight take longer. */
  roundMs: number
}

/** Microseconds per call of each contestant that can do it, and why the others are not measured. */
export interface CellResult {
  micros: Partial<Record<ContestantId, Figure & { rounds: number[] }>>
  missing: Partial<Record<ContestantId, string>>
}

/** Lets all contestants do an operation, with so many calls in flight, in turns. What each round did is read back. */
export async function measureCell(
  entrants: readonly Entrant[],
  operation: KeptOperation<Entrant>,
  inFlight: number,
  { rounds, leastRounds, cellMs, roundMs }: Pace,
): Promise<CellResult> {
  const result: CellResult = { micros: {}, missing: {} }
  let allMs = 0
  const contestants: { name: ContestantId; round(): Promise<number> }[] = []
  for (const entrant of entrants) {
    const refusal = entrant.refusal?.(operation.method, inFlight)
    const trial = operation.start(entrant, inFlight)
    if (refusal !== undefined) result.missing[entrant.name] = refusal
    if (trial === undefined || refusal !== undefined) continue
    let lastMs = 0
    const round = async (count: number) => {
      if (result.missing[entrant.name] !== undefined) return Number.NaN
      const started = performance.now()
      try {
        return await trial.round(count)
      } catch (error) {
        if (error instanceof DataCheckError) throw error
        result.missing[entrant.name] = `failed: ${codeOf(error)}`
        return Number.NaN
      } finally {
        lastMs = performance.now() - started
      }
    }
    const limits = { least: inFlight, most: Math.min(Math.max(operation.most, inFlight), 4096), targetMs: roundMs }
    const count = await calibrate(round, limits)
    allMs += lastMs
    contestants.push({ name: entrant.name, round: () => round(count) })
  }
  const fitting = Math.min(rounds, Math.max(leastRounds, Math.floor(cellMs / allMs)))
  // Where rounds are long, the one that has found out how long is warm-up enough.
  const warmUp = fitting > leastRounds ? 1 : 0
  for (const [name, values] of await interleave(contestants, fitting, warmUp))
    if (result.missing[name as ContestantId] === undefined)
      result.micros[name as ContestantId] = { ...figure(values), rounds: values.map(toTenths) }
  return result
}

/** What an error says of itself to those who tell errors apart. */
function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? (error as Error).message)
}

const toTenths = (value: number) => Math.round(value * 10) / 10
