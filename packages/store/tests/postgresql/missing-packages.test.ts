import Module from 'node:module'
import { expect, it, onTestFinished, vi } from 'vitest'
import { CannotOpenError } from '../../src/errors.ts'
import { openEngine } from '../../src/open-engine.ts'
import { saveAgent } from '../../src/operations.ts'
import { agent } from '../samples.ts'
import { temporaryDatabase } from './database.ts'

interface Loader {
  _load(name: string, ...rest: unknown[]): unknown
}

/** Makes it so that the package is not installed, for the running test. */
function uninstall(missing: string): void {
  const loader = Module as unknown as Loader
  const load = loader._load
  const spy = vi.spyOn(loader, '_load').mockImplementation((name, ...rest) => {
    if (name === missing) throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' })
    return load.call(loader, name, ...rest)
  })
  onTestFinished(() => spy.mockRestore())
}

const install = (error: unknown) => {
  expect(error).toBeInstanceOf(CannotOpenError)
  expect(String(error)).toMatch(/install the packages "pg" and.* "@prisma\/adapter-pg"$/)
  expect(String(error)).not.toMatch(/npm|:postgres@/)
}

it('without the driver, opening says what to install', async () => {
  const url = await temporaryDatabase()
  uninstall('pg')
  install(await openEngine({ url }).catch((error: unknown) => error))
})

it('without the adapter, the store works, and its Prisma client says what to install', async () => {
  uninstall('@prisma/adapter-pg')
  const engine = await openEngine({ url: await temporaryDatabase() })
  onTestFinished(() => engine.close())
  expect(await engine.write(() => saveAgent('default', agent('a')))).toMatchObject({ version: 1 })
  install(
    await Promise.resolve()
      .then(() => engine.prisma.event.count())
      .catch((error: unknown) => error),
  )
  const inTransaction = engine.transact((inner) => inner.prisma.event.count())
  install(await inTransaction.catch((error: unknown) => error))
})
