import { describe, expect, test } from 'vitest'
import { inLittleEndian } from '../src/codec/bytes.ts'
import { decodeJson, decodeTagged, encodeJson, encodeTagged, isTagged, tag } from '../src/codec.ts'
import { differenceOf } from './same-value.ts'

const memory = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).buffer

/** Values, and how each has been written since the first version that wrote it: databases hold these texts. */
const WRITTEN: [value: unknown, tagged: string][] = [
  [undefined, '{"$undefined":true}'],
  [Number.NaN, '{"$number":"NaN"}'],
  [Number.POSITIVE_INFINITY, '{"$number":"Infinity"}'],
  [Number.NEGATIVE_INFINITY, '{"$number":"-Infinity"}'],
  [-0, '{"$number":"-0"}'],
  [12n, '{"$bigint":"12"}'],
  [-(2n ** 64n), '{"$bigint":"-18446744073709551616"}'],
  [new Date(0), '{"$date":"1970-01-01T00:00:00.000Z"}'],
  [new Date(8.64e15), '{"$date":"+275760-09-13T00:00:00.000Z"}'],
  [new Date(-8.64e15), '{"$date":"-271821-04-20T00:00:00.000Z"}'],
  [new Date(Number.NaN), '{"$date":null}'],
  [/a\/b/gi, '{"$regexp":["a\\\\/b","gi"]}'],
  [/(?:)/, '{"$regexp":["(?:)",""]}'],
  [Object.assign(/x/y, { lastIndex: 3 }), '{"$regexp":["x","y",3]}'],
  [new URL('https://bücher.example/a b?q=ü#x'), '{"$url":"https://xn--bcher-kva.example/a%20b?q=%C3%BC#x"}'],
  [new Map(), '{"$map":[]}'],
  [
    new Map<unknown, unknown>([
      ['b', 1],
      [{ a: [] }, null],
    ]),
    '{"$map":[["b",1],[{"a":[]},null]]}',
  ],
  [new Set(), '{"$set":[]}'],
  [new Set([2, '1', Number.NaN]), '{"$set":[2,"1",{"$number":"NaN"}]}'],
  [memory, '{"$bytes":["ArrayBuffer","AAECAwQFBgcICQ=="]}'],
  [Buffer.from('hi'), '{"$bytes":["Buffer","aGk="]}'],
  [new DataView(memory, 2, 3), '{"$bytes":["DataView","AgME"]}'],
  [new Int8Array([-1]), '{"$bytes":["Int8Array","/w=="]}'],
  [new Uint8Array(memory, 8), '{"$bytes":["Uint8Array","CAk="]}'],
  [new Uint8Array(0), '{"$bytes":["Uint8Array",""]}'],
  [new Uint8ClampedArray([300]), '{"$bytes":["Uint8ClampedArray","/w=="]}'],
  [new Int16Array([-2]), '{"$bytes":["Int16Array","/v8="]}'],
  [new Uint16Array(memory, 2, 2), '{"$bytes":["Uint16Array","AgMEBQ=="]}'],
  [new Int32Array([1]), '{"$bytes":["Int32Array","AQAAAA=="]}'],
  [new Uint32Array([2 ** 31]), '{"$bytes":["Uint32Array","AAAAgA=="]}'],
  [new Float32Array([1.5]), '{"$bytes":["Float32Array","AADAPw=="]}'],
  [new Float64Array([-0]), '{"$bytes":["Float64Array","AAAAAAAAAIA="]}'],
  [new BigInt64Array([-1n]), '{"$bytes":["BigInt64Array","//////////8="]}'],
  [new BigUint64Array([1n]), '{"$bytes":["BigUint64Array","AQAAAAAAAAA="]}'],
  [{ $a: 1, $$b: { $date: null } }, '{"$$a":1,"$$$b":{"$$date":null}}'],
  [{ a: 1, b: ['x', null, true] }, '{"a":1,"b":["x",null,true]}'],
]

describe('a value', () => {
  test.each(WRITTEN)('%o is written as %s, and read from it', (value, tagged) => {
    expect(encodeTagged(value, 'state', 1000)).toBe(tagged)
    expect(differenceOf(decodeTagged(tagged, 'c'), value)).toBeUndefined()
    const document = encodeJson([value], 'state', 1000)
    if (isTagged(document)) expect(document).toBe(`{"$descartes":[${tagged}]}`)
    expect(differenceOf(decodeJson(document, 'c'), [value])).toBeUndefined()
  })

  test.each([
    ['{"$descartes":1}', '{"$descartes":{"$$descartes":1}}'],
    ['{"a":1,"$descartes":{"$date":null}}', '{"$descartes":{"a":1,"$$descartes":{"$$date":null}}}'],
    [
      '{"$descartes":{"$descartes":{"$$descartes":1}}}',
      '{"$descartes":{"$$descartes":{"$$descartes":{"$$$descartes":1}}}}',
    ],
  ])('that looks like a document with tags is wrapped: %s', (plain, document) => {
    expect(encodeJson(JSON.parse(plain), 'state', 1000)).toBe(document)
    expect(decodeJson(document, 'c')).toEqual(JSON.parse(plain))
    // However deep down in plain JSON, the key means nothing.
    expect(encodeJson([JSON.parse(plain)], 'state', 1000)).toBe(`[${plain}]`)
    expect(decodeJson(`[${plain}]`, 'c')).toEqual([JSON.parse(plain)])
  })

  test.each([
    '5',
    '"$a"',
    '[]',
    '{}',
    '{"a":{"b":["$c"]}}',
    '{"$a":{"$$b":[{"$date":1}]},"c":"\\"$d"}',
    '{"__proto__":{"$a":1}}',
  ])('that is plain can be written for tags to be added: %s', (plain) => {
    const value = JSON.parse(plain)
    expect(isTagged(plain)).toBe(false)
    expect(isTagged(tag(plain))).toBe(true)
    expect(tag(plain)).toBe(`{"$descartes":${encodeTagged(value, 'state', 1000)}}`)
    expect(differenceOf(decodeJson(tag(plain), 'c'), value)).toBeUndefined()
  })

  test('is known by the start of its document, white space or not', () => {
    for (const text of ['{"$descartes":1}', ' {\n "$descartes" : 1}']) expect(isTagged(text)).toBe(true)
    for (const text of ['1', '"$descartes"', '["$descartes"]', '{"a":{"$descartes":1}}', '{"$descartesx":1}', '{}'])
      expect(isTagged(text)).toBe(false)
  })

  test('that is read has bytes in memory of its own', () => {
    for (const value of [Buffer.from('hi'), new Uint8Array(memory, 2, 3), new DataView(memory, 2, 3)]) {
      const read = decodeTagged(encodeTagged(value, 'state', 1000), 'c') as ArrayBufferView
      expect([read.byteOffset, read.buffer.byteLength]).toEqual([0, value.byteLength])
    }
  })

  test('of more bytes than one is turned round on a machine of the other endianness', () => {
    const turned = (size: number) => [...inLittleEndian(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), size, 'BE')]
    expect(turned(1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(turned(2)).toEqual([2, 1, 4, 3, 6, 5, 8, 7])
    expect(turned(4)).toEqual([4, 3, 2, 1, 8, 7, 6, 5])
    expect(turned(8)).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
    const bytes = Buffer.from([1, 2])
    expect(inLittleEndian(bytes, 2, 'LE')).toBe(bytes)
  })
})
