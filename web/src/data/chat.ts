// One conversation, live: the copy, then its newest messages, then the socket behind them; what one sends is
// in the outbox before it goes out.
import { computed, signal } from '@preact/signals'
import type { Chat, KithError } from 'kith-client'
import { errorFrom, kith } from './client'
import { conversationsKey, type ConversationItem, otherOf, type Person } from './conversations'
import { user } from './device'
import {
  dropConversation,
  dropOutgoing,
  isKept,
  keep,
  keptOf,
  messageOf,
  outgoing,
  putOutgoing,
} from './messages'
import { putKnown } from './resource'
import type { OutgoingMessage, StoredMessage } from './store'

const pageSize = 50
/** So many messages are shown at most. */
const shownMax = 400
/** How long somebody is shown as writing, and how often one says so, in milliseconds. */
const typingShown = 6000
const typingEvery = 3000
/** What lies in the outbox for so long is asked about. */
export const oldAfter = 7 * 86_400_000

/** A conversation as a screen shows it. */
export class LiveChat {
  readonly messages = signal<readonly StoredMessage[]>([])
  readonly waiting = signal<readonly OutgoingMessage[]>([])
  readonly other = signal<Person | null>(null)
  readonly isTyping = signal(false)
  /** Up to which message the other one has read, as far as this page has heard. */
  readonly readUpTo = signal(0)
  readonly isConnected = signal(false)
  readonly hasOlder = signal(false)
  /** Why there is nothing to show, or nothing more to come. */
  readonly error = signal<KithError | null>(null)
  readonly isLoaded = signal(false)
  /** Nobody can write here at the moment. */
  readonly isClosed = signal(false)
  readonly newest = computed(() => this.messages.value.at(-1)?.seq ?? 0)
  #chat: Chat | null = null
  #isClosed = false
  #typedAt = 0
  #typingTimer: ReturnType<typeof setTimeout> | undefined

  constructor(readonly id: number) {}

  /** Shows what is kept, then what is new; then listens. */
  async open(): Promise<void> {
    const [kept, waiting] = [await keptOf(this.id), await outgoing(this.id)]
    if (this.#isClosed) return
    this.messages.value = kept
    this.waiting.value = waiting
    this.hasOlder.value = (kept[0]?.seq ?? 1) > 1
    this.isLoaded.value ||= await isKept(this.id)
    await this.load()
    if (!this.#isClosed) this.#listen()
  }

  /** Reads the newest messages. A copy that does not reach them is dropped: it would leave a hole. */
  async load(): Promise<void> {
    try {
      const params = { path: { id: String(this.id) }, query: { limit: pageSize } }
      const history = await kith.GET('/conversations/{id}', { params })
      const page = history.message_set.map((one) => messageOf(this.id, one)).toReversed()
      const first = page[0]?.seq ?? 1
      const kept = this.messages.value.filter(({ seq }) => seq < first)
      const hasHole = (kept.at(-1)?.seq ?? first - 1) < first - 1
      this.messages.value = hasHole ? page : [...kept, ...page]
      this.hasOlder.value = (this.messages.value[0]?.seq ?? 1) > 1
      this.other.value = otherOf(history)
      this.error.value = null
      this.isLoaded.value = true
      this.isClosed.value = this.messages.value.at(-1)?.isSystem ?? false
      await keep(this.id, this.messages.value)
    } catch (error) {
      this.error.value = errorFrom(error)
      if (this.error.value.code === 'missing') {
        this.messages.value = []
        await dropConversation(this.id)
      }
    }
  }

  /** Reads 50 older messages. */
  async loadOlder(): Promise<void> {
    const before = this.messages.value[0]?.seq
    if (before === undefined || before <= 1) return
    const params = { path: { id: String(this.id) }, query: { limit: pageSize, before } }
    const { message_set: older } = await kith.GET('/conversations/{id}', { params })
    const page = older.map((one) => messageOf(this.id, one)).toReversed()
    this.messages.value = [...page, ...this.messages.value].slice(0, shownMax)
    this.hasOlder.value = (page[0]?.seq ?? 1) > 1
  }

  #listen(): void {
    if (this.error.value?.code === 'missing') return
    const chat = (this.#chat = kith.chat(this.id, { after: this.newest.value }))
    chat.on('open', () => (this.isConnected.value = true))
    chat.on('close', () => (this.isConnected.value = false))
    chat.on('error', (error) => {
      this.isConnected.value = false
      this.error.value = error
    })
    chat.on(
      'message',
      (message) => void this.#heard(messageOf(this.id, message), message.client_id),
    )
    chat.on('read', ({ id, sender }) => {
      if (sender !== user.value?.id) this.readUpTo.value = Math.max(this.readUpTo.value, id)
    })
    chat.on('typing', ({ sender }) => {
      if (sender !== user.value?.id) this.#showTyping()
    })
    for (const message of this.waiting.value) {
      if (message.failed === null && Date.now() - message.at < oldAfter) void this.#post(message)
    }
  }

  #showTyping(): void {
    this.isTyping.value = true
    clearTimeout(this.#typingTimer)
    this.#typingTimer = setTimeout(() => (this.isTyping.value = false), typingShown)
  }

  async #heard(message: StoredMessage, clientId?: string | null): Promise<void> {
    if (message.seq <= this.newest.value) return
    const isOwn = message.sender === user.value?.id
    if (!isOwn) this.isTyping.value = false
    this.isClosed.value = message.isSystem
    this.messages.value = [...this.messages.value, message].slice(-shownMax)
    if (clientId) this.waiting.value = this.waiting.value.filter((one) => one.clientId !== clientId)
    this.#tellList(message)
    await keep(this.id, this.messages.value, clientId ?? undefined)
  }

  #tellList(message: StoredMessage): void {
    putKnown<ConversationItem[]>(conversationsKey, (all) => {
      const one = all.find((item) => item.conversation_id === this.id)
      if (!one) return all
      const last = {
        id: message.seq,
        text: message.text,
        attachment: message.picture,
        timestamp: message.at,
        sender: message.sender,
        realSender: message.senderName,
        kind: message.isSystem ? ('system' as const) : ('text' as const),
      }
      return [{ ...one, last_message: last }, ...all.filter((item) => item !== one)]
    })
  }

  /** Sends a message: it is shown and kept at once, whatever the network says. */
  async send(text: string, picture: OutgoingMessage['picture'] = null): Promise<void> {
    const message: OutgoingMessage = {
      clientId: crypto.randomUUID(),
      conversation: this.id,
      text,
      picture,
      at: Date.now(),
      failed: null,
    }
    this.waiting.value = [...this.waiting.value, message]
    await putOutgoing(message)
    await this.#post(message)
  }

  /** Sends one again that was refused, under its own name: it is stored once. */
  async again(message: OutgoingMessage): Promise<void> {
    const renewed = { ...message, failed: null, at: Date.now() }
    this.#replace(renewed)
    await putOutgoing(renewed)
    await this.#post(renewed)
  }

  /** Gives one up. */
  async drop({ clientId }: OutgoingMessage): Promise<void> {
    this.waiting.value = this.waiting.value.filter((one) => one.clientId !== clientId)
    await dropOutgoing(clientId)
  }

  async #post(message: OutgoingMessage): Promise<void> {
    const { clientId, text, picture } = message
    if (!this.#chat) return
    try {
      const stored = await this.#chat.send(text, {
        clientId,
        ...(picture ? { attachment: picture } : {}),
      })
      // Stored before this connection: it was told then.
      this.waiting.value = this.waiting.value.filter((one) => one.clientId !== clientId)
      await dropOutgoing(clientId)
      await this.#heard(messageOf(this.id, stored), clientId)
    } catch (thrown) {
      const error = errorFrom(thrown)
      // The page was left: what is not acknowledged lies in the outbox.
      if (error.code === 'closed' || error.code === 'signed_out') return
      const { code = error.code } = (error.body ?? {}) as { code?: string }
      const failed = { ...message, failed: code }
      this.#replace(failed)
      this.isClosed.value ||= code === 'closed'
      await putOutgoing(failed)
    }
  }

  #replace(message: OutgoingMessage): void {
    this.waiting.value = this.waiting.value.map((one) =>
      one.clientId === message.clientId ? message : one,
    )
  }

  /** One is writing; said every three seconds at most. */
  typing(): void {
    if (Date.now() - this.#typedAt < typingEvery) return
    this.#typedAt = Date.now()
    this.#chat?.typing()
  }

  /** The newest message is seen. */
  read(): void {
    if (this.newest.value === 0) return
    this.#chat?.read(this.newest.value)
    putKnown<ConversationItem[]>(conversationsKey, (all) =>
      all.some((one) => one.conversation_id === this.id && one.unread > 0)
        ? all.map((one) => (one.conversation_id === this.id ? { ...one, unread: 0 } : one))
        : all,
    )
  }

  /** Ends it. What is not acknowledged stays in the outbox. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#typingTimer)
    this.#chat?.close()
  }
}
