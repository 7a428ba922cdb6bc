import { describe, expect, it } from 'vitest'
import { CannotOpenError } from '../../src/errors.ts'
import { openEngine } from '../../src/open-engine.ts'
import { parseHosts } from '../../src/postgresql/hosts.ts'

describe('a postgresql: url', () => {
  it('of one server is given to the driver as it stands, and any server will do', () => {
    const url = 'postgresql://me:p%40ss@db.example:6432/state?sslmode=verify-full&application_name=agents'
    expect(parseHosts(url)).toMatchObject({ urls: [url], mustWrite: false, connectTimeoutMs: 5000 })
  })

  it('of several servers is one for each, and leads to the one that takes writes', () => {
    const { urls, mustWrite } = parseHosts('postgres://me:p%2Css@one:5432,two,[::1]:5433/state?application_name=agents')
    expect(urls).toEqual([
      'postgres://me:p%2Css@one:5432/state?application_name=agents',
      'postgres://me:p%2Css@two/state?application_name=agents',
      'postgres://me:p%2Css@[::1]:5433/state?application_name=agents',
    ])
    expect(mustWrite).toBe(true)
  })

  it('may say what kind of server it wants, and how long one attempt may take; the driver is told neither', () => {
    const hosts = parseHosts('postgresql://one,two/state?target_session_attrs=any&connect_timeout=2')
    expect(hosts).toMatchObject({ mustWrite: false, connectTimeoutMs: 2000 })
    expect(hosts.urls[0]).toBe('postgresql://one/state')
    expect(parseHosts('postgresql://one/state?target_session_attrs=read-write').mustWrite).toBe(true)
    expect(parseHosts('postgresql://one/state?target_session_attrs=primary').mustWrite).toBe(true)
  })

  it('may name a socket', () => {
    const url = 'postgresql:///state?host=%2Fvar%2Frun%2Fpostgresql'
    expect(parseHosts(url).urls).toEqual([url])
    expect(parseHosts('postgresql://me@/state').urls).toEqual(['postgresql://me@/state'])
  })

  it.each([
    ['postgresql://h/d?schema=agents', 'unknown parameter "schema"'],
    ['postgresql://h/d?sslmode=require&sslmode=disable', 'twice'],
    ['postgresql://h/d?sslmode=maybe', 'sslmode may be'],
    ['postgresql://h/d?target_session_attrs=standby', 'the store writes'],
    ['postgresql://h/d?connect_timeout=0', 'connect_timeout'],
    ['postgresql://h1,,h2/d', 'one of the hosts is empty'],
    ['postgresql://h1,h2/d?port=5432', 'leave out the parameters'],
    ['postgresql:///d?host=h1,h2', 'the parameter host takes one'],
    ['postgresql://h:port/d', 'not a valid url'],
    ['postgresql://h/%zz', 'not a valid url'],
    ['postgresql://h/d#e', '%23'],
    ['postgresql://h/d ', 'white space'],
    ['postgresql://h/d\0', 'NUL'],
    ['postgresql:d', 'write postgresql://'],
  ])('is refused when it says what would be passed over, or nothing that can be understood: %j', (url, reason) => {
    expect(() => parseHosts(url)).toThrow(CannotOpenError)
    expect(() => parseHosts(url)).toThrow(reason)
  })

  it('is named in errors without the password', async () => {
    for (const url of [
      'postgresql://me:secret@127.0.0.1:1/d',
      'postgresql://me:secret@127.0.0.1:1,127.0.0.1:2/d',
      'postgresql://me:sec@ret@h/d?schema=x',
      'postgresql://h/d?password=secret',
    ]) {
      const error = await openEngine({ url, acquireTimeoutMs: 50 }).catch((reason: Error) => reason)
      expect(error).toBeInstanceOf(CannotOpenError)
      expect(String(error)).not.toMatch(/secret|sec@|ret@/)
    }
  })
})
