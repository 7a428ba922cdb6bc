import fc from 'fast-check'
import { agree, Command } from '../command.ts'
import {
  type Agent,
  type Expectation,
  expectedVersion,
  type Model,
  newestOf,
  Refusal,
  requireExpected,
  stamp,
  type Version,
} from '../model.ts'
import type { Real } from '../real.ts'
import { applyEdit, type Edit, edits, messagesOf, patchOf, stateFor, type Text } from '../states.ts'

const AGENTS = ['researcher', 'editor', 'ключ 🗝', 'a%b/c']
const FIRST: Text = { of: 'words', seed: 1, length: 60 }

const agentId = fc.constantFrom(...AGENTS)
const status = fc.constantFrom('running', 'waiting', 'größer')
const metadata = fc.constantFrom<Version['metadata'] | undefined>(
  undefined,
  null,
  { by: 'ada' },
  { tags: ['x', 'ÿ'], n: 1 },
)
const expectation = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Expectation>('none') },
  { weight: 3, arbitrary: fc.constant<Expectation>('right') },
  { weight: 1, arbitrary: fc.constant<Expectation>('stale') },
)

interface SaveInput {
  agentId: string
  name: string
  status: string
  metadata: Version['metadata'] | undefined
  edit: Edit
  expectation: Expectation
  revive: boolean
}

async function save(model: Model, real: Real, { agentId, edit, expectation, revive, ...given }: SaveInput) {
  const agent = model.agents.get(agentId)
  const before = agent && newestOf(agent)
  const state = applyEdit(before?.state ?? stateFor(FIRST), edit)
  const expected = expectedVersion(agent, expectation)
  const saved = await agree(
    () => {
      if (agent?.deleted && !revive) throw new Refusal('AGENT_DELETED')
      requireExpected(agent, expected)
      const metadata = given.metadata === undefined ? (before?.metadata ?? null) : given.metadata
      return model.write(agentId, { ...given, metadata, state })
    },
    () => real.store.saveAgentState({ agentId, ...given, state }, { expectedVersion: expected, revive }),
  )
  if (saved !== undefined) stamp(...saved)
}

/** Saves an agent: a new one, over one that is there, or over a deleted one. */
export class Save extends Command {
  static readonly arbitrary = fc
    .record({
      agentId,
      name: fc.constantFrom('R', 'Researcher "2"\n'),
      status,
      metadata,
      edit: edits,
      expectation,
      revive: fc.boolean(),
    })
    .map((input) => new Save(input))

  constructor(readonly input: SaveInput) {
    super()
  }

  override check(): boolean {
    return true
  }

  async act(model: Model, real: Real) {
    await save(model, real, this.input)
    return [this.input.agentId]
  }
}

/** Saves an agent many times in turn, as at work. */
export class Work extends Command {
  static readonly arbitrary = fc
    .record({ agent: fc.nat(), edits: fc.array(edits, { minLength: 2, maxLength: 16, size: 'max' }) })
    .map(({ agent, edits }) => new Work(agent, edits))

  constructor(
    readonly agent: number,
    readonly edits: readonly Edit[],
  ) {
    super()
  }

  async act(model: Model, real: Real) {
    const { agentId } = model.pick(this.agent)
    for (const edit of this.edits) {
      const fields = { agentId, name: 'R', status: 'running', metadata: undefined }
      await save(model, real, { ...fields, edit, expectation: 'right', revive: false })
    }
    return [agentId]
  }
}

/** Changes a part of a state where it is stored: by a patch, or, with texts alone, by appending. */
export class Change extends Command {
  static readonly arbitrary = fc
    .record({ agent: fc.nat(), edit: edits, append: fc.boolean(), expectation })
    .map(({ agent, edit, append, expectation }) => new Change(agent, edit, append, expectation))

  constructor(
    readonly agent: number,
    readonly edit: Edit,
    readonly append: boolean,
    readonly expectation: Expectation,
  ) {
    super()
  }

  async act(model: Model, real: Real) {
    const agent = model.pick(this.agent)
    const { agentId } = agent
    const { state, ...others } = newestOf(agent)
    const options = { expectedVersion: expectedVersion(agent, this.expectation) }
    const { edit } = this
    const changed = await agree(
      () => {
        requireExpected(model.live(agentId), options.expectedVersion)
        return model.write(agentId, { ...others, state: applyEdit(state, edit) }) as Agent
      },
      () =>
        this.append && edit.edit === 'say'
          ? real.store.appendToAgentState(agentId, '/messages', messagesOf(edit.texts), options)
          : real.store.patchAgentState(agentId, patchOf(state, edit), options),
    )
    if (changed !== undefined) stamp(...changed)
    return [agentId]
  }
}

/** Sets a status. */
export class SetStatus extends Command {
  static readonly arbitrary = fc
    .record({ agent: fc.nat(), status, expectation })
    .map(({ agent, status, expectation }) => new SetStatus(agent, status, expectation))

  constructor(
    readonly agent: number,
    readonly status: string,
    readonly expectation: Expectation,
  ) {
    super()
  }

  async act(model: Model, real: Real) {
    const agent = model.pick(this.agent)
    const { agentId } = agent
    const expected = expectedVersion(agent, this.expectation)
    const updated = await agree(
      () => {
        requireExpected(model.live(agentId), expected)
        agent.transitions++
        return model.write(agentId, { ...newestOf(agent), status: this.status })
      },
      () => real.store.updateAgentStatus(agentId, this.status, { expectedVersion: expected }),
    )
    if (updated !== undefined) stamp(...updated)
    return [agentId]
  }
}
