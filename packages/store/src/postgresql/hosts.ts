import { addressOf } from '../address.ts'
import { CannotOpenError } from '../errors.ts'

/** The servers that an url names. One of them is the primary, now this one, now that one. */
export interface Hosts {
  /** The url without its password, for messages. */
  readonly address: string
  /** The same url for each server by itself, as the driver takes it. */
  readonly urls: readonly string[]
  /** Only a server that takes writes will do: no standby, and none that is set to read-only. */
  readonly mustWrite: boolean
  /** How long one attempt to connect may take, in ms. */
  readonly connectTimeoutMs: number
}

/** What the driver understands, and what is understood here. */
const PARAMETERS = [
  'application_name',
  'connect_timeout',
  'host',
  'options',
  'port',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslrootcert',
  'target_session_attrs',
  'uselibpqcompat',
]
/** Those that the driver must not see. */
const OURS = ['connect_timeout', 'target_session_attrs']
const TARGETS = ['any', 'primary', 'read-write']
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']

const FORM = 'write postgresql://user:password@host:5432/database, with several hosts as host1:5432,host2:5432'
const ENCODE = 'an @ stands behind the host; in a user or password, write / as %2F, ? as %3F, # as %23 and @ as %40'
/** Something ended the host before the last @. */
const TORN = /\/\/[^/?#]*[/?#].*@/s
const CONNECT_TIMEOUT_S = 5

/** Reads a `postgresql:` url, which may name several servers, as libpq's may; the driver by itself knows but one. */
export function parseHosts(url: string): Hosts {
  const address = addressOf(url)
  const refuse = (reason: string, cause?: unknown) =>
    // What comes behind the host then is a piece of the password, which the reason would show.
    new CannotOpenError(address, TORN.test(url) ? ENCODE : reason, { cause })
  if (url.includes('\0')) throw refuse('the url holds a NUL character')
  if (url !== url.trim()) throw refuse('the url begins or ends with white space')
  const parts = /^(postgres(?:ql)?:\/\/)([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i.exec(url)
  if (parts === null) throw refuse(url.includes('#') ? 'a # would end the url; write %23' : FORM)
  const [, scheme = '', authority = '', path = '', query = ''] = parts
  if (path.includes('@')) throw refuse(ENCODE)
  const parameters = readParameters(query, refuse)
  const at = authority.lastIndexOf('@') + 1
  const hosts = authority.slice(at).split(',')
  if (hosts.length > 1 && hosts.includes('')) throw refuse(`one of the hosts is empty; ${FORM}`)
  if (hosts.length > 1 && (parameters.has('host') || parameters.has('port')))
    throw refuse('several hosts stand before the path; leave out the parameters host and port')
  if (parameters.get('host')?.includes(',')) throw refuse(`the parameter host takes one; ${FORM}`)
  const target = parameters.get('target_session_attrs') ?? (hosts.length > 1 ? 'read-write' : 'any')
  if (!TARGETS.includes(target))
    throw refuse(`target_session_attrs may be ${TARGETS.join(', ')}, not ${target}: the store writes`)
  const mode = parameters.get('sslmode')
  if (mode !== null && !SSL_MODES.includes(mode)) throw refuse(`sslmode may be ${SSL_MODES.join(', ')}, not ${mode}`)
  const seconds = Number(parameters.get('connect_timeout') ?? CONNECT_TIMEOUT_S)
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600)
    throw refuse('connect_timeout must be a number of seconds, from 1 to 3600')
  for (const name of OURS) parameters.delete(name)
  const rest = parameters.size > 0 ? `${path}?${parameters}` : path
  const urls = hosts.map((host) => `${scheme.toLowerCase()}${authority.slice(0, at)}${host}${rest}`)
  for (const single of urls) requireValid(single, refuse)
  return { address, urls, mustWrite: target !== 'any', connectTimeoutMs: 1000 * seconds }
}

type Refuse = (reason: string, cause?: unknown) => CannotOpenError

function readParameters(query: string, refuse: Refuse): URLSearchParams {
  const parameters = new URLSearchParams(query)
  for (const name of new Set(parameters.keys())) {
    if (!PARAMETERS.includes(name))
      throw refuse(`unknown parameter ${JSON.stringify(name)}; the url takes ${PARAMETERS.join(', ')}`)
    if (parameters.getAll(name).length > 1) throw refuse(`the parameter ${name} stands there twice`)
  }
  return parameters
}

function requireValid(url: string, refuse: Refuse): void {
  try {
    // Without a host there is a socket, which the driver finds by itself.
    const { pathname } = new URL(url.replace(/^(postgres(?:ql)?:\/\/(?:[^/?]*@)?)(?=[/?]|$)/, '$1socket'))
    decodeURIComponent(pathname)
  } catch {
    // Its cause would show the password.
    throw refuse(`not a valid url; ${FORM}`)
  }
}
