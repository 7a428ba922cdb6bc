import { Annotation, type BaseCheckpointSaver, interrupt, START, StateGraph } from '@langchain/langgraph'

const Trip = Annotation.Root({ city: Annotation<string>, on: Annotation<Date>, booking: Annotation<string> })

export type Booking = typeof Trip.State

/** Plain functions stand where a model would be asked. */
export function tripGraph(checkpointer: BaseCheckpointSaver) {
  return new StateGraph(Trip)
    .addNode('plan', () => ({ on: new Date('2027-05-06T12:00:00Z') }))
    .addNode('ask', ({ city, on }) => {
      const answer = interrupt(`Book ${city} for ${on.toDateString()}?`)
      return { booking: answer === 'yes' ? 'booked' : 'not booked' }
    })
    .addEdge(START, 'plan')
    .addEdge('plan', 'ask')
    .compile({ checkpointer })
}
