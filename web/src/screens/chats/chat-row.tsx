// A chat in a list.
import type { JSX } from 'preact'
import type { ConversationItem } from '../../data/conversations'
import { user } from '../../data/device'
import { picturePath } from '../../data/client'
import { place } from '../../router'
import { Avatar, Presence } from '../../ui/avatar'
import { Link } from '../../ui/link'
import { Name } from '../../ui/text'
import { w } from '../../words'
import { stamp } from '../../words/times'

/** Whom it is with, its last message, how much of it is unread. */
export function ChatRow({ item }: { item: ConversationItem }): JSX.Element {
  const { conversation_id: id, other, last_message: last, unread } = item
  const to = `/chats/${id}`
  return (
    <li>
      <Link to={to} class="row" aria-current={place.value.path === to ? 'page' : undefined}>
        <Avatar name={other.username} path={picturePath(other.avatar)} />
        <span class="row-text">
          <span class="row-title">
            <Name>{other.username}</Name>
          </span>
          <div class="row-hint" dir="auto">
            {lastText(last)}
          </div>
        </span>
        <span class="row-end">
          {other.is_connected ? (
            <Presence label={w.common.online} />
          ) : (
            last && <time dateTime={last.timestamp}>{stamp(Date.parse(last.timestamp))}</time>
          )}
          {unread > 0 && (
            <span class="badge">
              <span aria-hidden="true">{unread}</span>
              <span class="hidden-text">{w.common.unread(unread)}</span>
            </span>
          )}
        </span>
      </Link>
    </li>
  )
}

function lastText(last: ConversationItem['last_message']): string {
  if (!last) return w.chat.empty
  if (last.kind === 'system') return w.chat.ended
  const text = last.text || (last.attachment ? w.chats.picture : '')
  return last.sender === user.value?.id ? w.chats.you(text) : text
}
