import { keepCheckpoints } from '../checkpoints/checkpoint-keeper.ts'
import { openSqliteSaver } from '../checkpoints/open-savers.ts'

/** LangGraph's saver on SQLite, as it comes. */
export const openLangGraph = keepCheckpoints((path) => openSqliteSaver(path, 'normal'))
