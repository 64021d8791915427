// The messages of a conversation, oldest first, with what is on its way behind them.
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { type LiveChat, oldAfter } from '../../data/chat'
import { user } from '../../data/device'
import type { OutgoingMessage, StoredMessage } from '../../data/messages'
import { Button } from '../../ui/button'
import { LoadLink } from '../../ui/link'
import { Name, Words } from '../../ui/text'
import { w } from '../../words'
import { codeWords } from '../../words/errors'
import { clock, daysFromNow, dayTitle } from '../../words/times'
import { useAct } from '../act'

/** Near enough to the end to follow it, in pixels. */
const near = 120
/** A newest message counts as read after so long in sight, in milliseconds. */
const readAfter = 500

/** The log. */
export function Log({ chat, name }: { chat: LiveChat; name: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const height = useRef(0)
  const [isBusy, act] = useAct()
  const messages = chat.messages.value
  const waiting = chat.waiting.value
  const first = messages[0]?.seq
  // Older ones come in above without a jump; new ones are followed by who reads at the end.
  useLayoutEffect(() => {
    const log = element.current
    if (!log) return
    if (isAtEnd.current) log.scrollTop = log.scrollHeight
    height.current = log.scrollHeight
  }, [messages, waiting])
  useLayoutEffect(() => {
    const log = element.current
    if (log && !isAtEnd.current) log.scrollTop += log.scrollHeight - height.current
    height.current = log?.scrollHeight ?? 0
  }, [first])
  useReading(chat)
  // Pictures and lines get their size when they come into sight.
  useEffect(() => {
    const log = element.current
    if (!log) return
    const watcher = new ResizeObserver(() => {
      if (isAtEnd.current) log.scrollTop = log.scrollHeight
    })
    for (const one of [log, log.firstElementChild]) if (one) watcher.observe(one)
    return () => watcher.disconnect()
  }, [])
  return (
    <div
      class="log"
      role="log"
      aria-label={w.chat.log}
      tabIndex={0}
      ref={element}
      onScroll={({ currentTarget: log }) => {
        isAtEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < near
      }}
    >
      <div class="log-lines">
        {chat.hasOlder.value && (
          <div class="show-more">
            <Button
              busy={isBusy && w.common.loading}
              onPress={() => void act(() => chat.loadOlder())}
            >
              {w.chat.older}
            </Button>
          </div>
        )}
        {messages.length === 0 && waiting.length === 0 && (
          <p class="message system">{w.chat.empty}</p>
        )}
        {messages.map((message, at) => (
          <Message
            message={message}
            before={messages[at - 1]}
            name={name}
            state={stateOf(message, messages[at + 1], chat)}
            key={message.seq}
          />
        ))}
        {waiting.map((message) => (
          <Waiting message={message} chat={chat} key={message.clientId} />
        ))}
      </div>
    </div>
  )
}

/** What is said of one's last message. */
function stateOf(
  message: StoredMessage,
  next: StoredMessage | undefined,
  chat: LiveChat,
): string | null {
  if (message.sender !== user.value?.id || next?.sender === user.value?.id) return null
  return message.seq <= chat.readUpTo.value ? w.chat.read : next ? null : w.chat.sent
}

function Message({
  message,
  before,
  name,
  state,
}: {
  message: StoredMessage
  before: StoredMessage | undefined
  name: string
  state: string | null
}) {
  const at = Date.parse(message.at)
  const isNewDay = !before || daysFromNow(Date.parse(before.at)) !== daysFromNow(at)
  const day = isNewDay && (
    <p class="day" key="day">
      {dayTitle(at)}
    </p>
  )
  if (message.isSystem) {
    return (
      <>
        {day}
        <p class="message system">{w.chat.ended}</p>
      </>
    )
  }
  const isOwn = message.sender === user.value?.id
  const isFirst = isNewDay || before?.sender !== message.sender
  const who = isOwn ? w.chat.you : message.senderName || name
  return (
    <>
      {day}
      <article class={`message${isOwn ? ' own' : ''}${isFirst ? ' first' : ''}`}>
        <span class="hidden-text">
          <Name>{who}</Name>
        </span>
        <div class="bubble">
          {message.picture && (
            <LoadLink href={message.picture} aria-label={w.chat.openPicture}>
              <img src={message.picture} alt={w.chat.pictureOf(who)} loading="lazy" />
            </LoadLink>
          )}
          {message.text !== '' && <Words text={message.text} />}
        </div>
        <span class="message-info">
          <time dateTime={message.at}>{clock(at)}</time>
          {state && ` · ${state}`}
        </span>
      </article>
    </>
  )
}

function Waiting({ message, chat }: { message: OutgoingMessage; chat: LiveChat }) {
  const isOld = Date.now() - message.at > oldAfter
  const isHeld = message.failed !== null || isOld
  return (
    <article class="message own first">
      <span class="hidden-text">{w.chat.you}</span>
      <div class="bubble">
        {message.picture && <span>{w.chats.picture} </span>}
        <Words text={message.text} />
      </div>
      <span class={isHeld ? 'message-info fault' : 'message-info'}>
        {isOld ? w.chat.old : isHeld ? w.chat.notSent : w.chat.sending}
        {message.failed !== null && ` · ${codeWords(message.failed) ?? w.error.other}`}
      </span>
      {isHeld && (
        <div class="actions">
          <Button kind="quiet" onPress={() => void chat.again(message)}>
            {w.chat.again}
          </Button>
          <Button kind="quiet" onPress={() => void chat.drop(message)}>
            {w.chat.drop}
          </Button>
        </div>
      )}
    </article>
  )
}

/** Says that the newest is read, once it was in sight on a page that is looked at. */
function useReading(chat: LiveChat): void {
  const newest = chat.newest.value
  const isConnected = chat.isConnected.value
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      clearTimeout(timer)
      if (document.visibilityState === 'visible' && document.hasFocus() && isConnected) {
        timer = setTimeout(() => chat.read(), readAfter)
      }
    }
    look()
    addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearTimeout(timer)
      removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [newest, isConnected])
}
