import type { JsonPatchOperation, JsonValue } from '@descartes/sdk'

type Container = Record<string, unknown> | unknown[]

/** What a JSON Patch of \`add\`, \`remove\` and \`replace\` makes of a value: a check of ours, in words of its own. */
export function patched(before: JsonValue, patch: readonly JsonPatchOperation[]): unknown {
  const document = { root: structuredClone(before) as unknown }
  for (const step of patch) {
    const keys = ['root', ...step.path.split('/').slice(1).map(unescaped)]
    const last = keys.pop() as string
    const parent = keys.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document) as Container
    if (step.op === 'add' && Array.isArray(parent))
      parent.splice(last === '-' ? parent.length : Number(last), 0, step.value)
    else if (step.op === 'add' || step.op === 'replace') (parent as Record<string, unknown>)[last] = step.value
    else if (step.op === 'remove' && Array.isArray(parent)) parent.splice(Number(last), 1)
    else if (step.op === 'remove') delete (parent as Record<string, unknown>)[last]
    else throw new Error(`no ${step.op} is expected`)
  }
  return document.root
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}
