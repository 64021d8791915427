// What another page has left unsent: each tab sends it once, at its start, in the order of time.
import { kith } from './client'
import { oldAfter } from './chat'
import { dropOutgoing, outgoing } from './messages'

/** Sends all that lies in the outbox, conversation by conversation. */
export async function sendWaiting(): Promise<void> {
  const fresh = (await outgoing()).filter(
    ({ failed, at }) => failed === null && Date.now() - at < oldAfter,
  )
  const conversations = new Set(fresh.map(({ conversation }) => conversation))
  for (const id of conversations)
    void sendAll(
      id,
      fresh.filter((one) => one.conversation === id),
    )
}

/** What a page shows that is open at the same time is sent twice, and stored once. */
async function sendAll(id: number, messages: Awaited<ReturnType<typeof outgoing>>): Promise<void> {
  const chat = kith.chat(id)
  try {
    await Promise.all(
      messages.map(async ({ clientId, text, picture }) => {
        await chat.send(text, { clientId, ...(picture ? { attachment: picture } : {}) })
        await dropOutgoing(clientId)
      }),
    )
  } catch {
    // Its conversation shows it, and why.
  } finally {
    chat.close()
  }
}
