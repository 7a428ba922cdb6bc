import { createRequire } from 'node:module'
import { CannotOpenError } from '../errors.ts'

const require = createRequire(import.meta.url)

/** Loads a package that is the caller's to install. `address`: what is named in errors, an url without its password. */
export function loadPackage<T>(name: 'pg' | '@prisma/adapter-pg', address: string): T {
  try {
    return require(name) as T
  } catch (cause) {
    const reason =
      name === 'pg'
        ? 'PostgreSQL needs the package "pg"; install the packages "pg" and, for store.prisma, "@prisma/adapter-pg"'
        : 'store.prisma needs the package "@prisma/adapter-pg"; install the packages "pg" and "@prisma/adapter-pg"'
    throw new CannotOpenError(address, reason, { cause })
  }
}
