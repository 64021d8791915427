// People who chat by the client, through a wire that may break.
import {
  type ChatOptions,
  createClient,
  type Kith,
  memoryStorage,
  type Message,
} from '../../../client/index'
import { letExpire } from './expiry'
import type { Proxy } from './proxy'

export type Person = {
  kith: Kith
  username: string
  /** Their access token is over from now on. */
  expire(): Promise<void>
}

export const timing = { pause: 50, pauseMax: 500, stableAfter: 500 }

export class ClientChats {
  /** What `close` closes. */
  readonly open: { close(): void }[] = []

  constructor(
    private readonly proxy: Proxy,
    private readonly jwtSecret: string,
  ) {}

  async signUp(name: string): Promise<Person> {
    const storage = memoryStorage()
    const kith = createClient({ baseUrl: this.proxy.origin, storage })
    const username = `${name}-${crypto.randomUUID()}`
    await kith.signUp({ username, password: 'a good password' })
    return { kith, username, expire: () => letExpire(storage, this.jwtSecret) }
  }

  /** Alice and Bob, both new, in a conversation. */
  async start() {
    const [alice, bob] = await Promise.all([this.signUp('alice'), this.signUp('bob')])
    const body = { username: bob.username }
    const { conversation_id: id } = await alice.kith.POST('/conversations/start', { body })
    return { alice, bob, id }
  }

  /** A chat that keeps what it is told. */
  join({ kith }: Person, id: number, options: ChatOptions = {}) {
    const chat = kith.chat(id, { timing, ...options })
    const seen: Message[] = []
    chat.on('message', (message) => seen.push(message))
    this.open.push(chat)
    return { chat, seen }
  }

  close(): void {
    for (const one of this.open) one.close()
    this.proxy.close()
  }
}

export const brief = ({ id, text }: { id: number; text: string }) => `${id} ${text}`

/** The history, oldest first. */
export async function historyOf({ kith }: Person, id: number) {
  const params = { path: { id }, query: { limit: 500 } }
  const { message_set } = await kith.GET('/conversations/{id}', { params })
  return message_set.toReversed()
}
