/** Tells what is being measured: one line that is rewritten on a terminal, a line each elsewhere. Goes to stderr. */
export interface Progress {
  at(what: string): void
  done(): void
}

export function startProgress(stream: NodeJS.WriteStream): Progress {
  const started = performance.now()
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s`
  return {
    at: (what) => stream.write(stream.isTTY ? `\r\x1b[2K${seconds()}  ${what}` : `${seconds()}  ${what}\n`),
    done: () => stream.write(stream.isTTY ? '\r\x1b[2K' : ''),
  }
}
