import fc from 'fast-check'
import { agree, Command } from '../command.ts'
import { type Model, newestOf, Refusal, stamp, type Version } from '../model.ts'
import type { Real } from '../real.ts'

/** Takes a snapshot. */
export class Pin extends Command {
  static readonly arbitrary = fc.nat().map((agent) => new Pin(agent))

  constructor(readonly agent: number) {
    super()
  }

  async act(model: Model, real: Real) {
    const { agentId, newest: version } = model.pick(this.agent)
    const pinned = await agree(
      () => void model.live(agentId),
      () => real.store.createSnapshot(agentId),
    )
    if (pinned !== undefined) model.snapshots.set(pinned[1].id, { agentId, version })
    return [agentId]
  }
}

function pickSnapshot(model: Model, number: number): string {
  const ids = [...model.snapshots.keys()]
  return ids[number % ids.length] as string
}

/** Restores a snapshot. */
export class RestorePin extends Command {
  static readonly arbitrary = fc.nat().map((snapshot) => new RestorePin(snapshot))

  constructor(readonly snapshot: number) {
    super()
  }

  override check(model: Readonly<Model>): boolean {
    return model.snapshots.size > 0
  }

  async act(model: Model, real: Real) {
    const id = pickSnapshot(model, this.snapshot)
    const pin = model.snapshots.get(id)
    if (pin === undefined) throw new Refusal('SNAPSHOT_NOT_FOUND')
    const restored = await agree(
      () => {
        const agent = model.live(pin.agentId)
        const { state } = agent.versions.get(pin.version) as Version
        return model.write(pin.agentId, { ...newestOf(agent), state })
      },
      () => real.store.restoreSnapshot(id),
    )
    if (restored !== undefined) stamp(...restored)
    return [pin.agentId]
  }
}

/** Deletes a snapshot. */
export class Unpin extends Command {
  static readonly arbitrary = fc.nat().map((snapshot) => new Unpin(snapshot))

  constructor(readonly snapshot: number) {
    super()
  }

  override check(model: Readonly<Model>): boolean {
    return model.snapshots.size > 0
  }

  async act(model: Model, real: Real) {
    const id = pickSnapshot(model, this.snapshot)
    model.snapshots.delete(id)
    if (!(await real.store.deleteSnapshot(id))) throw new Error('the snapshot was not there')
    return []
  }
}
