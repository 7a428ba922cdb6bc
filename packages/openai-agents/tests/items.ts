import type { AgentInputItem } from '@openai/agents'
import fc from 'fast-check'

export const said = (text: string): AgentInputItem => ({ type: 'message', role: 'user', content: text })

export const call = (callId: string, args = '{}'): Extract<AgentInputItem, { type: 'function_call' }> => ({
  ...{ type: 'function_call', callId, name: 'price', status: 'completed', arguments: args },
})

export const textsOf = (items: AgentInputItem[]) => items.map((item) => ('content' in item ? item.content : item.type))

/** What fast-check makes may have no prototype, which the SDK's copies do not keep. */
export const plain = <T>(value: T): T => structuredClone(value)

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const bytes = fc.uint8Array({ maxLength: 12 })
const status = fc.constantFrom('in_progress', 'completed', 'incomplete')

/** What a provider may leave beside the fields that the SDK knows. */
const providerData = fc.dictionary(
  fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '$descartes', '$bytes', 'toString')),
  fc.oneof(fc.jsonValue({ maxDepth: 2 }), bytes, fc.constantFrom(undefined, Number.NaN, -0, Infinity)),
  { maxKeys: 3 },
)
const extra = fc.record({ id: text, providerData }, { requiredKeys: [] })
/** Fields that are there, left out, or there as undefined, as the SDK may leave them. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const inputContent = fc.oneof(
  fc.record({ type: fc.constant('input_text'), text }),
  fc.record({ type: fc.constant('input_image'), image: fc.oneof(text, fc.record({ id: text })), detail: maybe(text) }),
  fc.record({ type: fc.constant('input_file'), file: fc.oneof(text, fc.record({ url: text })), filename: maybe(text) }),
  fc.record({ type: fc.constant('audio'), audio: text, format: fc.option(text), transcript: maybe(text) }),
)
const outputContent = fc.oneof(
  fc.record({ type: fc.constant('output_text'), text, providerData }),
  fc.record({ type: fc.constant('refusal'), refusal: text }),
  fc.record({ type: fc.constant('image'), image: text }),
)
const toolOutput = fc.oneof(
  text,
  fc.record({ type: fc.constant('text'), text }),
  fc.record({ type: fc.constant('image'), image: fc.record({ data: bytes, mediaType: maybe(text) }) }),
  fc.record({ type: fc.constant('file'), file: fc.record({ data: bytes, mediaType: text, filename: text }) }),
  fc.array(fc.record({ type: fc.constant('input_text'), text }), { maxLength: 2 }),
)
const action = fc.oneof(
  fc.record({ type: fc.constant('screenshot') }),
  fc.record({ type: fc.constant('move'), x: fc.nat(), y: fc.nat() }),
)
const outcome = fc.oneof(
  fc.record({ type: fc.constant('timeout') }),
  fc.record({ type: fc.constant('exit'), exitCode: fc.option(fc.nat()) }),
)
const shellOutput = fc.record({ stdout: text, stderr: text, outcome, more: maybe(fc.nat()) })
const operation = fc.record({ type: fc.constant('update_file'), path: text, diff: text })

const role = <R extends string>(name: R, fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ role: fc.constant(name), ...fields })
const kind = <T extends string>(type: T, fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ type: fc.constant(type), ...fields })

/** Every kind of item that the SDK has. */
export const KINDS: Readonly<Record<string, fc.Arbitrary<object>>> = {
  user: role('user', { content: fc.oneof(text, fc.array(inputContent, { maxLength: 2 })) }),
  assistant: role('assistant', { status, content: fc.array(outputContent, { maxLength: 2 }) }),
  system: role('system', { content: text }),
  function_call: kind('function_call', { callId: text, name: text, arguments: text, status: maybe(status) }),
  function_call_result: kind('function_call_result', { callId: text, name: text, status, output: toolOutput }),
  hosted_tool_call: kind('hosted_tool_call', { name: text, output: maybe(text) }),
  program: kind('program', { callId: text, code: text, fingerprint: text }),
  program_output: kind('program_output', { callId: text, output: text, status: fc.constant('completed') }),
  tool_search_call: kind('tool_search_call', { arguments: fc.jsonValue({ maxDepth: 2 }), callId: fc.option(text) }),
  tool_search_output: kind('tool_search_output', { tools: fc.array(providerData, { maxLength: 2 }) }),
  computer_call: kind('computer_call', { callId: text, status, action }),
  computer_call_result: kind('computer_call_result', {
    callId: text,
    output: fc.record({ type: fc.constant('computer_screenshot'), data: text }),
  }),
  shell_call: kind('shell_call', { callId: text, action: fc.record({ commands: fc.array(text, { maxLength: 2 }) }) }),
  shell_call_output: kind('shell_call_output', { callId: text, output: fc.array(shellOutput, { maxLength: 2 }) }),
  apply_patch_call: kind('apply_patch_call', { callId: text, status: fc.constant('completed'), operation }),
  apply_patch_call_output: kind('apply_patch_call_output', {
    ...{ callId: text, status: fc.constant('failed'), output: maybe(text) },
  }),
  reasoning: kind('reasoning', { content: fc.array(fc.record({ type: fc.constant('input_text'), text })) }),
  compaction: kind('compaction', { encrypted_content: text, created_by: maybe(text) }),
  unknown: kind('unknown', {}),
}

/** An item of any kind. */
export const item = fc
  .oneof(...Object.values(KINDS).map((fields) => fc.tuple(fields, extra)))
  .map(([fields, more]) => plain({ ...fields, ...more }) as unknown as AgentInputItem)
