import ora from 'ora'
import { count, fit, oneLine, type Style } from './style.ts'
import { eventId } from './worker-state.ts'

export interface SectionRead {
  path: string
  section: number
  sections: number
}

/** Says how far the work is: on a terminal in a few lines that change, else in lines that stay. */
export interface Progress {
  section(agentId: string, read: SectionRead): void
  /** What happens to an agent, worth keeping on the screen. */
  note(agentId: string, text: string): void
  stop(): void
}

export function startProgress(style: Style, agents: readonly string[], total: number): Progress {
  return style.live ? liveProgress(style, agents, total) : plainProgress(total)
}

function liveProgress({ columns, dim }: Style, agents: readonly string[], total: number): Progress {
  const spinner = ora({ stream: process.stdout, discardStdin: false, color: 'cyan' })
  const at = new Map<string, string>()
  const read = new Set<string>()
  const render = () => {
    const lines = agents.map((agentId) =>
      dim(fit(`  ${agentId.padEnd(10)} ${at.get(agentId) ?? 'is starting'}`, columns - 1)),
    )
    spinner.text = [`Reading  ${bar(read.size / total)}  ${read.size} of ${count(total, 'section')}`, ...lines].join(
      '\n',
    )
  }
  render()
  spinner.start()
  return {
    section(agentId, { path, section, sections }) {
      read.add(eventId(path, section))
      at.set(agentId, `${oneLine(path)}  ${section}/${sections}`)
      render()
    },
    note(agentId, text) {
      spinner.stop()
      console.log(fit(`  ${agentId} ${oneLine(text)}`, columns))
      at.set(agentId, oneLine(text))
      render()
      spinner.start()
    },
    stop: () => void spinner.stop(),
  }
}

function plainProgress(total: number): Progress {
  const read = new Set<string>()
  let quarter = 0
  return {
    section(_, { path, section }) {
      read.add(eventId(path, section))
      const reached = Math.floor((read.size * 4) / total)
      if (reached > quarter) console.log(`  ${read.size} of ${count(total, 'section')}`)
      quarter = reached
    },
    note: (agentId, text) => console.log(`  ${agentId} ${oneLine(text)}`),
    stop: () => {},
  }
}

function bar(part: number): string {
  const filled = Math.round(part * 20)
  return '━'.repeat(filled) + '─'.repeat(20 - filled)
}
