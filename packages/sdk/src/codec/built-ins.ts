/** Refuses the value at hand. */
export type Refuse = (expected: string, received: string) => never

/** True for the prototype of all instances of a built-in, in this realm or another (as of `node:vm`), never of a subclass. */
export function isIntrinsicPrototype(prototype: object | null, name: string): boolean {
  const local = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name]
  if (prototype === local?.prototype) return true
  const maker: unknown = prototype && Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof maker !== 'function' || maker.prototype !== prototype) return false
  return Function.prototype.toString.call(maker) === `function ${name}() { [native code] }`
}

/** Refuses an instance of a subclass. */
export function requirePrototype(value: object, name: string, refuse: Refuse): void {
  const prototype: object | null = Object.getPrototypeOf(value)
  if (isIntrinsicPrototype(prototype, name)) return
  const given: unknown = prototype?.constructor?.name
  refuse(`a ${name} itself`, typeof given === 'string' ? `an instance of ${given}` : 'one with another prototype')
}

/** Refuses what the built-in alone would not give back: a subclass, and properties besides its `own`. */
export function requireBuiltIn(value: object, name: string, refuse: Refuse, own: readonly string[] = []): void {
  requirePrototype(value, name, refuse)
  const extra = Reflect.ownKeys(value).find((key) => !own.includes(key as string))
  if (extra !== undefined) refuse(`a ${name} without properties of its own`, `one with ${String(extra)}`)
}
