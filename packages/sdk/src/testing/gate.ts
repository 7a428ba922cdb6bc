/** Holds others up until it is opened, so that a test decides what happens first. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
  /** Waits until `call` has opened the gate; a call that ends without doing so fails. */
  openedBy(call: Promise<unknown>): Promise<void>
}

export function closedGate(): Gate {
  let isOpen = false
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = () => {
      isOpen = true
      resolve()
    }
  })
  const openedBy = async (call: Promise<unknown>) => {
    await Promise.race([opened, call])
    if (!isOpen) throw new Error('the call ended before it opened the gate')
  }
  return { opened, open, openedBy }
}
