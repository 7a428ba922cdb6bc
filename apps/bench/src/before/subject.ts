import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { openStateStore } from '@descartes/sdk'
import { operationsOf } from '../subjects/descartes.ts'
import { keepInFlight, type OpenSubject } from '../subjects/subject.ts'

/** Our store as it was before there were revisions, from the folder in which it was built; it makes its own tables. */
export async function beforeIn(folder: string): Promise<OpenSubject> {
  const built = pathToFileURL(path.join(folder, 'packages/sdk/dist/index.js')).href
  const before = (await import(built)) as { openStateStore: typeof openStateStore }
  return async (file, durability) => {
    const store = await before.openStateStore({ url: pathToFileURL(file).href, durability })
    return {
      name: 'before',
      path: file,
      operations: operationsOf(store),
      run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
      close: () => store.close(),
    }
  }
}
