import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { AGENT, IN_FLIGHT, input, mark, path, report, saves } from './work.mjs'

const { openStateStore } = await import('@descartes/sdk')
mark('imported')
const store = await openStateStore({ url: pathToFileURL(path).href })
mark('opened')
for (let from = 0; from < saves; from += IN_FLIGHT) {
  await Promise.all(
    Array.from({ length: Math.min(IN_FLIGHT, saves - from) }, (_, i) => store.saveAgentState(input(from + i))),
  )
}
mark('saved')
const loaded = await store.loadAgentState(AGENT)
mark('loaded')
if (
  Object.keys(createRequire(import.meta.url).cache).some((file) => /@prisma[\\/]client|[\\/]generated[\\/]/.test(file))
) {
  throw new Error('the Prisma client was loaded by a process that only saves and loads')
}
report(loaded)
await store.close()
