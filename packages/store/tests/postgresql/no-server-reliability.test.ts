import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Engine } from '../../src/engine.ts'
import { CannotOpenError, StorageFailedError } from '../../src/errors.ts'
import { type OpenEngineOptions, openEngine } from '../../src/open-engine.ts'
import { loadAgent, saveAgent } from '../../src/operations.ts'
import { agent } from '../samples.ts'
import { connect } from './connect.ts'
import { temporaryDatabase } from './database.ts'
import { openRelay } from './relay.ts'

async function openThroughRelay(options: Partial<OpenEngineOptions>) {
  const relay = await openRelay(await temporaryDatabase())
  const engine = await openEngine({ url: relay.url, ...options })
  onTestFinished(() => engine.close())
  return { engine, relay }
}

const save = (engine: Engine, id: string) => engine.write(() => saveAgent('default', agent(id)))
const calls: [string, (engine: Engine) => Promise<unknown>][] = [
  ['a save', (engine) => save(engine, 'a')],
  ['saves together', (engine) => Promise.all(['a', 'b', 'c'].map((id) => save(engine, id)))],
  ['a read', (engine) => engine.read(() => loadAgent('default', 'a'))],
  ['a transaction', (engine) => engine.transact((inner) => inner.read(() => loadAgent('default', 'a')))],
]

/** The `host:port` of one that takes connections, and does no more than this with each. */
async function hostOf(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const silentHost = () => hostOf(() => {})

/** One that lets everybody in, and answers no query: a pooler whose server is gone. */
const emptyHost = () =>
  hostOf((socket) => {
    const [authenticated, ready] = [Buffer.from('R\0\0\0\x08\0\0\0\0'), Buffer.from('Z\0\0\0\x05I')]
    socket.on('error', () => {})
    socket.once('data', () => socket.write(Buffer.concat([authenticated, ready])))
  })

/** How long the error says that a server was looked for, in seconds. */
const triedFor = (error: unknown) => Number(/tried for ([0-9.]+) s/.exec(String(error))?.[1])

describe('while there is no server', () => {
  it.each(calls)('%s looks for one for acquireTimeoutMs, once', async (_, call) => {
    const { engine, relay } = await openThroughRelay({ acquireTimeoutMs: 2000 })
    await call(engine)
    await relay.cut()
    // The connections that are there break first, which may be tried again; from then on there is none.
    await save(engine, 'a').catch(() => {})
    const before = engine.stats().writes.busyRetries
    const error = await call(engine).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StorageFailedError)
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('ECONNREFUSED') })
    expect(engine.stats().writes.busyRetries).toBe(before)
    expect(triedFor(error)).toBeGreaterThanOrEqual(2)
  })

  it('a save that has waited behind others gives up before a read that was made after it', async () => {
    const { engine, relay } = await openThroughRelay({ acquireTimeoutMs: 2000 })
    await relay.cut()
    const failed: string[] = []
    const noting = (name: string, call: Promise<unknown>) => call.catch(() => failed.push(name))
    const all = [noting('first save', save(engine, 'a'))]
    await sleep(500)
    all.push(noting('second save', save(engine, 'b')))
    await sleep(1000)
    all.push(
      noting(
        'read',
        engine.read(() => loadAgent('default', 'a')),
      ),
    )
    await Promise.all(all)
    expect(failed).toEqual(['first save', 'second save', 'read'])
  })

  it('an attempt to connect that hangs ends with the time that there is, and the error names its limit', async () => {
    const host = await silentHost()
    const url = `postgresql://me@${host},127.0.0.1:1/d?connect_timeout=5`
    const error = await openEngine({ url, acquireTimeoutMs: 200 }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(CannotOpenError)
    expect(String(error)).toContain('no answer within 0.2 s (acquireTimeoutMs)')
    expect(triedFor(error)).toBeLessThan(5)

    const alone = await openEngine({ url: `postgresql://me@${host}/d?connect_timeout=1` }).catch(String)
    expect(alone).toContain('no answer within 1 s (connect_timeout)')
  })
})

describe('opening', () => {
  it('says so where a server lets one in, and answers nothing', async () => {
    const host = await emptyHost()
    for (const query of ['', '?target_session_attrs=primary']) {
      const error = openEngine({ url: `postgresql://me@${host}/d${query}`, acquireTimeoutMs: 200 })
      await expect(error).rejects.toThrow('no answer within 0.2 s (acquireTimeoutMs)')
    }
  })

  it('waits for a connection for as long as a timer can', async () => {
    const engine = await openEngine({ url: await temporaryDatabase(), acquireTimeoutMs: 2 ** 31 - 1 })
    onTestFinished(() => engine.close())
    await save(engine, 'a')
  })
})

describe('opening with several hosts', () => {
  it('names each of them, what it said, and how long one was looked for', async () => {
    const database = await temporaryDatabase()
    const owner = await connect(database)
    const name = new URL(database).pathname.slice(1)
    await owner.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    const standby = new URL(database).host
    const url = database.replace(/@[^/]*/, `@${standby},127.0.0.1:1`)
    const error = await openEngine({ url, acquireTimeoutMs: 300 }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(CannotOpenError)
    expect(String(error)).toContain(`${standby}: takes no writes`)
    expect(String(error)).toContain('127.0.0.1:1: connect ECONNREFUSED')
    expect(triedFor(error)).toBeGreaterThanOrEqual(0.3)
  })

  it('of which any will do tries each once', async () => {
    const database = await temporaryDatabase()
    const server = new URL(database).host
    const withHosts = (hosts: string) => `${database.replace(/@[^/]*/, `@${hosts}`)}?target_session_attrs=any`
    const engine = await openEngine({ url: withHosts(`127.0.0.1:1,${server}`) })
    await engine.close()
    const error = await openEngine({ url: withHosts('127.0.0.1:1,127.0.0.1:2') }).catch((reason: unknown) => reason)
    expect(String(error)).toMatch(/127\.0\.0\.1:1: connect ECONNREFUSED, 127\.0\.0\.1:2: connect ECONNREFUSED$/)
  })
})
