// Talks to the host in a process of its own: `recall.mts <url> <namespace> <guest> <text>`; prints the answer. The store is
// closed, but its sweeper is not stopped: the process must end all the same.
import { DescartesSaver, DescartesStore } from '@descartes/langgraph'
import { openStateStore } from '@descartes/sdk'
import { hostGraph } from './host.ts'

const [url = '', namespace, guest, text = ''] = process.argv.slice(2)
const store = await openStateStore({ url, namespace })
const memory = new DescartesStore(store, { ttl: { defaultTtl: 60 } })
memory.start()
const graph = hostGraph(new DescartesSaver(store), memory)
const config = { configurable: { thread_id: 'another', guest } }
const { messages } = await graph.invoke({ messages: [{ role: 'user', content: text }] }, config)
await store.close()
console.log(messages.at(-1)?.text)
