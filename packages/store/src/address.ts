/** Behind the parameter of a password, all up to the next parameter. */
const PASSWORD = /((?:password|passwd|pwd)\s*=)[^&]*/gi
/** All up to the last @: a password may hold what would end it, when nobody has encoded it. */
const CREDENTIALS = /^(\s*[a-z][a-z0-9+.-]*:\/+)?.*@/is
/** The path of a file is shown as it stands. */
const FILE = /^file:(?!\/\/[^/])/

/** What messages may show of an url: neither who connects nor with which password. */
export function addressOf(url: string): string {
  const masked = FILE.test(url) ? url : url.replace(CREDENTIALS, '$1***@')
  return masked.replace(PASSWORD, '$1***')
}
