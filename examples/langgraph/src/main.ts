// A graph that plans a trip, and asks before it books. The answer is given to another process, whenever that may be:
//   npm run example -- langgraph plan Rome
//   npm run example -- langgraph answer yes
import { DescartesSaver } from '@descartes/langgraph'
import { openStateStore } from '@descartes/sdk'
import { Command, isInterrupted } from '@langchain/langgraph'
import { type Booking, tripGraph } from './trip-graph.ts'

const THREAD = { configurable: { thread_id: 'my-trip' } }
const [verb, argument] = process.argv.slice(2)

if ((verb !== 'plan' && verb !== 'answer') || argument === undefined) {
  console.error('usage: npm run example -- langgraph plan CITY | answer yes|no')
  process.exit(2)
}

await using store = await openStateStore({ url: process.env.DATABASE_URL ?? 'file:./trips.db' })
const graph = tripGraph(new DescartesSaver(store))

if (verb === 'plan') {
  const result = await graph.invoke({ city: argument }, THREAD)
  if (isInterrupted<string>(result)) console.log(result.__interrupt__[0]?.value)
} else if ((await graph.getState(THREAD)).next.length === 0) {
  console.log('Nothing was asked: plan a trip first.')
} else {
  const { city, on, booking }: Booking = await graph.invoke(new Command({ resume: argument }), THREAD)
  console.log(`${city}, ${on.toDateString()}: ${booking}`)
}
