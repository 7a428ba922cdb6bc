import { AIMessage, type BaseMessage, HumanMessage } from '@langchain/core/messages'
import {
  Annotation,
  type BaseCheckpointSaver,
  END,
  interrupt,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph'

const Trip = Annotation.Root({
  ...MessagesAnnotation.spec,
  city: Annotation<string>,
  from: Annotation<Date>,
  costs: Annotation<Map<string, bigint>>({ reducer: (a, b) => new Map([...a, ...b]), default: () => new Map() }),
  approved: Annotation<boolean>,
})

const Hotel = Annotation.Root({
  city: Annotation<string>,
  from: Annotation<Date>,
  costs: Annotation<Map<string, bigint>>,
})

/** A subgraph, which has checkpoints of its own. */
const hotel = new StateGraph(Hotel)
  .addNode('price', ({ city, from }) => ({ costs: new Map([[`hotel in ${city} from ${from.getUTCDate()}`, 120n]]) }))
  .addEdge(START, 'price')
  .addEdge('price', END)
  .compile()

/** A graph of plain functions that plans a trip, asks whether it may be booked, and books it. */
export function tripGraph(checkpointer: BaseCheckpointSaver) {
  return new StateGraph(Trip)
    .addNode('plan', ({ city }) => ({
      from: new Date('2026-05-06T00:00:00Z'),
      messages: [new AIMessage(`A trip to ${city}`)],
    }))
    .addNode('hotel', hotel)
    .addNode('ticket', ({ by, city }: { by: string; city: string }) => ({
      costs: new Map([[`${by} to ${city}`, by === 'train' ? 80n : 200n]]),
    }))
    .addNode('ask', ({ costs }) => {
      // LangGraph makes JSON of what an interrupt says.
      const sum = Number([...costs.values()].reduce((a, b) => a + b, 0n))
      return { approved: interrupt({ question: 'Book it?', sum }) === 'yes' }
    })
    .addNode('book', ({ approved, city }) => ({
      messages: [new AIMessage(approved ? `Booked ${city}` : `No trip to ${city}`)],
    }))
    .addEdge(START, 'plan')
    .addEdge('plan', 'hotel')
    .addConditionalEdges('hotel', ({ city }) => ['train', 'plane'].map((by) => new Send('ticket', { by, city })), [
      'ticket',
    ])
    .addEdge('ticket', 'ask')
    .addEdge('ask', 'book')
    .addEdge('book', END)
    .compile({ checkpointer })
}

export const wish = (city: string) => ({ city, messages: [new HumanMessage(`I want to see ${city}`)] })

export const textsOf = (messages: BaseMessage[]) => messages.map(({ text }) => text)
