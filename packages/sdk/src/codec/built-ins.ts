/** Refuses the value at hand. */
export type Refuse = (expected: string, received: string) => never

/** A constructor that comes with the language, or with Node. */
export interface BuiltIn {
  readonly name: string
  readonly prototype: object
}

/** True for the prototype of all its instances, in this realm or another (as of `node:vm`), never of a subclass. */
export function isBuiltInPrototype(builtIn: BuiltIn, prototype: object | null): boolean {
  if (prototype === builtIn.prototype) return true
  const maker: unknown = prototype && Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof maker !== 'function' || maker.prototype !== prototype) return false
  return Function.prototype.toString.call(maker) === `function ${builtIn.name}() { [native code] }`
}

/** Refuses an instance of a subclass. */
export function requirePrototype(value: object, builtIn: BuiltIn, refuse: Refuse): void {
  const prototype: object | null = Object.getPrototypeOf(value)
  if (isBuiltInPrototype(builtIn, prototype)) return
  const given: unknown = prototype?.constructor?.name
  const received = typeof given === 'string' ? `an instance of ${given}` : 'one with another prototype'
  refuse(`a ${builtIn.name} itself`, received)
}

/** Refuses what the built-in alone would not give back: a subclass, and properties besides its `own`. */
export function requireBuiltIn(value: object, builtIn: BuiltIn, refuse: Refuse, own: readonly string[] = []): void {
  requirePrototype(value, builtIn, refuse)
  const extra = Reflect.ownKeys(value).find((key) => !own.includes(key as string))
  if (extra !== undefined) refuse(`a ${builtIn.name} without properties of its own`, `one with ${String(extra)}`)
}
