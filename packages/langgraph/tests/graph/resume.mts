// Resumes a trip in a process of its own: `resume.mts <url> <namespace> <thread> <answer>`; prints what it came to.
import { DescartesSaver } from '@descartes/langgraph'
import { openStateStore } from '@descartes/sdk'
import { Command } from '@langchain/langgraph'
import { textsOf, tripGraph } from './trip.ts'

const [url = '', namespace, thread_id, answer = 'no'] = process.argv.slice(2)
const store = await openStateStore({ url, namespace })
const graph = tripGraph(new DescartesSaver(store))
const { messages, from, costs, approved } = await graph.invoke(new Command({ resume: answer }), {
  configurable: { thread_id },
})
await store.close()
console.log(JSON.stringify({ messages: textsOf(messages), isDate: from instanceof Date, costs: costs.size, approved }))
