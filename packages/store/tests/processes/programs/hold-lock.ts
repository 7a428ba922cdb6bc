// Another application that holds the database's write lock until it is told to let go.
import Database from 'better-sqlite3'
import { listen, say } from './talk.ts'

const database = new Database(process.argv[2])
database.exec('BEGIN IMMEDIATE')
say('held')
await listen()
database.exec('ROLLBACK')
say('released')
process.exit()
