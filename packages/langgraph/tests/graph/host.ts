import { AIMessage } from '@langchain/core/messages'
import {
  type BaseCheckpointSaver,
  type BaseStore,
  type LangGraphRunnableConfig,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph'

const wishesOf = (config: LangGraphRunnableConfig) => ['guests', String(config.configurable?.guest), 'wishes']

/** A graph of plain functions that keeps what a guest wishes, and remembers it in every thread. */
export function hostGraph(checkpointer: BaseCheckpointSaver, store: BaseStore) {
  return new StateGraph(MessagesAnnotation)
    .addNode('listen', async ({ messages }, config) => {
      const said = String(messages.at(-1)?.text)
      if (said.startsWith('I like ')) await config.store?.put(wishesOf(config), said, { said, at: new Date() })
      return {}
    })
    .addNode('answer', async (_, config) => {
      const wishes = (await config.store?.search(wishesOf(config), { limit: 100 })) ?? []
      return { messages: [new AIMessage(wishes.map(({ value }) => value.said).join('; '))] }
    })
    .addEdge(START, 'listen')
    .addEdge('listen', 'answer')
    .compile({ checkpointer, store })
}
