import { openStateStore, type StateStoreError } from '@descartes/sdk'

// Opens a store as a user without rights, and prints the code and the message of what it fails with.
if (process.geteuid?.() === 0) process.setuid?.(65534)

try {
  const store = await openStateStore({ url: process.argv[2] as string })
  await store.saveAgentState({ agentId: 'nobody', name: 'Nobody', status: 's', state: 1 })
  await store.close()
  console.log(JSON.stringify({ code: null }))
} catch (error) {
  const { code, message } = error as StateStoreError
  console.log(JSON.stringify({ code, message }))
}
