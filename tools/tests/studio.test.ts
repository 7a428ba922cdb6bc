import net, { type AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { studio } from '../run/studio.mjs'

const said = vi.spyOn(console, 'error').mockImplementation(() => {})
afterEach(() => said.mockClear())

test.each(['--port', '--port 0', '--port 65536', '--port x', '--prot 5556', '5556'])(
  'studio with %j: one line that says what would do',
  async (line) => {
    expect(await studio(line.split(' '))).toBe(2)
    expect(said.mock.calls).toEqual([[`expected --port and a number from 1 to 65535, got: ${line}`]])
  },
)

test('studio on a port that another program uses: one line, and a command that would do', async () => {
  const other = net.createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  expect(await studio(['--port', String(port)])).toBe(1)
  expect(said.mock.calls).toEqual([
    [`Port ${port} cannot be used (another program uses it). Try another: npm run studio -- --port 5555`],
  ])
  other.close()
})
