// Writes to a session in a process of its own, once it is told to: `write.mts <url> <sessionId> <writer> <count>`.
import { once } from 'node:events'
import { DescartesSession } from '@descartes/openai-agents'
import { openStateStore } from '@descartes/sdk'
import { said } from '../items.ts'

const [url = '', sessionId, writer, count] = process.argv.slice(2)
const store = await openStateStore({ url, durability: 'normal', busyTimeoutMs: 30_000 })
const session = new DescartesSession(store, { sessionId })
console.log('ready')
await once(process.stdin, 'data')
process.stdin.destroy()
for (let i = 0; i < Number(count); i++) {
  await session.addItems([said(`${writer} added ${i}`), said(`${writer} added ${i} too`)])
  const transaction = { type: 'append_items' as const, items: [said(`${writer} applied ${i}`)] }
  // Twice, as after an answer that was lost.
  for (let time = 0; time < 2; time++)
    await session.applyHistoryTransaction({ operationId: `${writer} ${i}`, transaction })
}
await store.close()
