import type { JsonPatchOperation } from '@descartes/sdk'
import { compilePatch } from '../../src/json-patch/apply-patch.ts'

/** A patch of a document's text. */
export type PatchText = (text: string, patch: readonly JsonPatchOperation[]) => string

export const patchText: PatchText = (text, patch) => compilePatch(patch, 1e9)(text)

/** Ways to patch that have something wrong with them, each of which the comparison must find. */
export const FAULTY: Record<string, PatchText> = {
  'puts an item behind that of its index': (text, patch) =>
    patchText(
      text,
      patch.map((operation) =>
        operation.op === 'add'
          ? { ...operation, path: operation.path.replace(/\d+$/, (index) => `${Number(index) + 1}`) }
          : operation,
      ),
    ),
  'lets every test pass': (text, patch) =>
    patchText(
      text,
      patch.filter(({ op }) => op !== 'test'),
    ),
  'does what it can of a patch that is refused': (text, patch) =>
    patch.reduce((before, operation) => {
      try {
        return patchText(before, [operation])
      } catch {
        return before
      }
    }, text),
  'is lost when a key comes twice': (text, patch) => patchText(text.includes('overruled') ? '{}' : text, patch),
  'loses an item where a run of items ends': (text, patch) => {
    const value = JSON.parse(patchText(text, patch))
    return JSON.stringify(Array.isArray(value) ? value.filter((_, i) => i !== 64) : value)
  },
  'copies a tag as if it were an object': (text, patch) => {
    const value = JSON.parse(patchText(text, patch))
    return JSON.stringify(value).replaceAll('"$undefined"', () => '"$$undefined"')
  },
}
