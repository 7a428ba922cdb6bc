import { vi } from 'vitest'

export type Codec = typeof import('../src/codec.ts')

/** A copy of the codec, one of whose modules has members replaced; made for the sound module. */
export async function copyWithFault(module: string, plant: (sound: never) => object): Promise<Codec> {
  vi.resetModules()
  vi.doMock(module, async (original) => {
    const sound = await original<object>()
    return { ...sound, ...plant(sound as never) }
  })
  try {
    return await import('../src/codec.ts')
  } finally {
    vi.doUnmock(module)
  }
}
