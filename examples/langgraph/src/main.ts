// A graph that plans trips, and asks before it books. The answer is given to another process, whenever that may be. Each
// city is a thread of its own; what the traveller wishes is remembered for all of them:
//   npm run example -- langgraph plan Rome "a window seat"
//   npm run example -- langgraph answer Rome yes
//   npm run example -- langgraph plan Oslo
import { DescartesSaver, DescartesStore } from '@descartes/langgraph'
import { openStateStore } from '@descartes/sdk'
import { Command, isInterrupted } from '@langchain/langgraph'
import { type Booking, tripGraph } from './trip-graph.ts'

const [verb, city = '', said = ''] = process.argv.slice(2)

if ((verb !== 'plan' && verb !== 'answer') || city === '' || (verb === 'answer' && said === '')) {
  console.error('usage: npm run example -- langgraph plan CITY [WISH] | answer CITY yes|no')
  process.exit(2)
}

await using store = await openStateStore({ url: process.env.DATABASE_URL ?? 'file:./trips.db' })
const graph = tripGraph(new DescartesSaver(store), new DescartesStore(store))
const thread = { configurable: { thread_id: city } }

if (verb === 'plan') {
  const result = await graph.invoke({ city, wish: said }, thread)
  if (isInterrupted<string>(result)) console.log(result.__interrupt__[0]?.value)
} else if ((await graph.getState(thread)).next.length === 0) {
  console.log('Nothing was asked: plan a trip first.')
} else {
  const { on, booking }: Booking = await graph.invoke(new Command({ resume: said }), thread)
  console.log(`${city}, ${on.toDateString()}: ${booking}`)
}
