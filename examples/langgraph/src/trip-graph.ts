import {
  Annotation,
  type BaseCheckpointSaver,
  type BaseStore,
  interrupt,
  START,
  StateGraph,
} from '@langchain/langgraph'

const Trip = Annotation.Root({
  city: Annotation<string>,
  wish: Annotation<string>,
  wishes: Annotation<string[]>,
  on: Annotation<Date>,
  booking: Annotation<string>,
})

export type Booking = typeof Trip.State

/** Where the traveller's wishes are, whatever trip they were said for. */
const WISHES = ['traveller', 'wishes']

/** Plain functions stand where a model would be asked. */
export function tripGraph(checkpointer: BaseCheckpointSaver, store: BaseStore) {
  return new StateGraph(Trip)
    .addNode('remember', async ({ wish }, { store: memory }) => {
      if (wish !== '') await memory?.put(WISHES, wish, { wish })
      const items = (await memory?.search(WISHES, { limit: 100 })) ?? []
      return { wishes: items.map(({ value }) => value.wish) }
    })
    .addNode('plan', () => ({ on: new Date('2027-05-06T12:00:00Z') }))
    .addNode('ask', ({ city, on, wishes }) => {
      const answer = interrupt(`Book ${city} for ${on.toDateString()}${wishes.map((wish) => `, ${wish}`).join('')}?`)
      return { booking: answer === 'yes' ? 'booked' : 'not booked' }
    })
    .addEdge(START, 'remember')
    .addEdge('remember', 'plan')
    .addEdge('plan', 'ask')
    .compile({ checkpointer, store })
}
