import fs from 'node:fs'
import { openStateStore } from '@descartes/sdk'
import { DescartesStore } from '@descartes/langgraph'
import { InMemoryStore } from '@langchain/langgraph-checkpoint'
import { PostgresStore } from '../../apps/bench/node_modules/@langchain/langgraph-checkpoint-postgres/dist/store/index.js'
const N = 10_000
const pgUrl = process.argv[2]
const words = 'piano guitar jazz opera trains sea mountain coffee tea bread cheese rome oslo paris night morning blue green quiet loud'.split(' ')
const value = (i: number) => ({ kind: i % 10 === 0 ? 'wish' : 'note', n: i, text: `memory ${i}: ${words[i % 20]} and ${words[(i * 7) % 20]}, word${i % 500}, ${'so it goes '.repeat(20)}` })
const ns = (i: number) => ['users', `user-${i % 100}`, 'memories']
const median = (xs: number[]) => xs.sort((a, b) => a - b)[xs.length >> 1] as number
async function time(n: number, f: (i: number) => Promise<unknown>) { const xs = []; for (let i = 0; i < n; i++) { const t = performance.now(); await f(i); xs.push((performance.now() - t) * 1000) } return Math.round(median(xs)) }
fs.rmSync('/tmp/items-measure.db', { force: true })
const stores: [string, any, () => Promise<void>][] = []
const sq = await openStateStore({ url: 'file:/tmp/items-measure.db', durability: 'normal' })
stores.push(['Descartes SQLite', new DescartesStore(sq), () => sq.close()])
if (pgUrl) {
  const pg = await openStateStore({ url: pgUrl })
  stores.push(['Descartes PostgreSQL', new DescartesStore(pg), () => pg.close()])
  const theirs = new PostgresStore({ connectionOptions: pgUrl, schema: 'theirs' })
  await theirs.setup()
  stores.push(['PostgresStore', theirs, () => theirs.stop()])
}
stores.push(['InMemoryStore', new InMemoryStore(), async () => {}])
const table: any = {}
for (const [name, s] of stores) {
  const t = performance.now()
  for (let i = 0; i < N; i += 200) {
    if (name === 'PostgresStore') await Promise.all(Array.from({ length: 200 }, (_, j) => s.put(ns(i + j), `k${i + j}`, value(i + j))))
    else await s.batch(Array.from({ length: 200 }, (_, j) => ({ namespace: ns(i + j), key: `k${i + j}`, value: value(i + j) })))
  }
  table[name] = { 'fill ms': Math.round(performance.now() - t) }
}
for (let round = 0; round < 3; round++)
for (const [name, s] of stores) {
  const r = (k: string, v: number) => { (table[name][k] ??= []).push(v) }
  r('put', await time(200, (i) => s.put(ns(i), `k${i}`, value(i))))
  r('get', await time(500, (i) => s.get(ns(i), `k${i}`)))
  r('search one user (100 items)', await time(100, (i) => s.search(ns(i))))
  r('search all', await time(20, () => s.search(['users'])))
  r('filter one user', await time(50, (i) => s.search(ns(i), { filter: { kind: 'wish' } })))
  r('filter all, few match', await time(3, () => s.search(['users'], { filter: { n: 5 } })))
  r('query one user', await time(50, (i) => s.search(ns(i), { query: 'memory' })))
  r('query all, 20 match', await time(30, (i) => s.search(['users'], { query: `word${i}` })))
  r('query all, all match', await time(10, () => s.search(['users'], { query: 'memory' })))
  r('listNamespaces', await time(10, () => s.listNamespaces()))
}
for (const t of Object.values(table) as any[]) for (const k of Object.keys(t)) if (Array.isArray(t[k])) t[k] = median(t[k])
console.table(Object.fromEntries(Object.keys(table['InMemoryStore']).map((k) => [k, Object.fromEntries(Object.keys(table).map((n) => [n, table[n][k]]))])))
for (const [, , close] of stores) await close()
console.log(fs.statSync('/tmp/items-measure.db').size)
