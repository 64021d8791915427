// What is new: friend requests, and chats with something unread.
import type { JSX } from 'preact'
import { useConversations } from '../../data/conversations'
import { useRelations } from '../../data/people'
import { Empty, Skeleton } from '../../ui/list'
import { Page } from '../../ui/page'
import { w } from '../../words'
import { ChatRow } from '../chats/chat-row'
import { NotThere } from '../load'
import { Requests } from '../people/requests'

/** The page. */
export default function Notifications(): JSX.Element {
  const [relations, conversations] = [useRelations(), useConversations()]
  const requests = relations.data.value?.incoming_requests
  const unread = conversations.data.value?.filter((one) => one.unread > 0)
  const error = (!requests && relations.error.value) || (!unread && conversations.error.value)
  const again = () => void Promise.all([relations.reload(), conversations.reload()])
  return (
    <Page title={w.notifications.title} up="/">
      {error && <NotThere error={error} again={again} />}
      {!error && (!requests || !unread) && <Skeleton lines={3} />}
      {requests?.length === 0 && unread?.length === 0 && (
        <Empty title={w.notifications.empty} hint={w.notifications.emptyHint} />
      )}
      {requests && requests.length > 0 && (
        <section aria-labelledby="new-requests">
          <h2 id="new-requests">{w.people.requests}</h2>
          <Requests incoming={requests} />
        </section>
      )}
      {unread && unread.length > 0 && (
        <section aria-labelledby="new-messages">
          <h2 id="new-messages">{w.home.unread}</h2>
          <ul class="rows">
            {unread.map((one) => (
              <ChatRow item={one} key={one.conversation_id} />
            ))}
          </ul>
        </section>
      )}
    </Page>
  )
}
