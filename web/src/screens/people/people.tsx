// Friends by group, requests of both directions, and finding somebody.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { picturePath } from '../../data/client'
import { endRelation } from '../../data/friends'
import { cardOf, type Labelled, useFriends, useRelations } from '../../data/people'
import { place } from '../../router'
import type { ScreenProps } from '../../routes'
import { Avatar, Presence } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { Link } from '../../ui/link'
import { Empty } from '../../ui/list'
import { Name } from '../../ui/text'
import { w } from '../../words'
import { useAct } from '../act'
import { ListPage, SearchField } from '../list-page'
import { Loaded } from '../load'
import { Find } from './find'
import { Requests } from './requests'

/** The name that D gives to friends without a group. */
const noGroup = 'Default'

/** The page. */
export default function People({ params }: ScreenProps): JSX.Element {
  const relations = useRelations()
  const [text, setText] = useState('')
  return (
    <ListPage title={w.people.title} params={params}>
      <Find />
      <Loaded of={relations} lines={2}>
        {({ incoming_requests: incoming, outgoing_requests: sent }) => (
          <>
            {incoming.length > 0 && (
              <section aria-labelledby="requests">
                <h2 class="list-title" id="requests">
                  {w.people.requests}
                </h2>
                <Requests incoming={incoming} />
              </section>
            )}
            {sent.length > 0 && <Sent sent={sent} />}
          </>
        )}
      </Loaded>
      <Loaded of={useFriends()}>
        {(friends) =>
          friends.length === 0 ? (
            <Empty title={w.people.empty} hint={w.people.emptyHint} />
          ) : (
            <>
              {friends.length > 8 && (
                <SearchField label={w.people.filter} value={text} onInput={setText} />
              )}
              <Groups friends={friends.filter((one) => matches(one, text))} />
            </>
          )
        }
      </Loaded>
    </ListPage>
  )
}

const matches = ({ username }: Labelled, text: string) =>
  username.toLowerCase().includes(text.trim().toLowerCase())

function Groups({ friends }: { friends: Labelled[] }) {
  const names = [...new Set(friends.map(({ group }) => group))].toSorted((one, other) =>
    one === noGroup ? 1 : other === noGroup ? -1 : one.localeCompare(other),
  )
  return (
    <>
      {names.map((name) => {
        const members = friends.filter(({ group }) => group === name)
        const title = name === noGroup ? w.people.noGroup : name
        return (
          <section key={name}>
            <h2 class="list-title" dir="auto">
              {w.people.group(title, members.length)}
            </h2>
            <ul class="rows">
              {members.map((friend) => (
                <Friend friend={friend} key={friend.id} />
              ))}
            </ul>
          </section>
        )
      })}
    </>
  )
}

function Friend({ friend: { id, username, profile_picture: picture } }: { friend: Labelled }) {
  const to = `/people/${id}`
  const isOnline = cardOf(id).value?.is_connected
  return (
    <li>
      <Link to={to} class="row" aria-current={place.value.path === to ? 'page' : undefined}>
        <Avatar name={username} path={picturePath(picture)} />
        <span class="row-text row-title">
          <Name>{username}</Name>
        </span>
        {isOnline && <Presence label={w.common.online} />}
      </Link>
    </li>
  )
}

type SentRequests = { id: string; request_id: string; username: string }[]

function Sent({ sent }: { sent: SentRequests }) {
  const [isBusy, act] = useAct()
  return (
    <section aria-labelledby="sent">
      <h2 class="list-title" id="sent">
        {w.people.sent}
      </h2>
      <ul class="rows">
        {sent.map(({ id, request_id: requestId, username }) => (
          <li class="row wraps" key={requestId}>
            <Link to={`/people/${id}`} class="row-link">
              <Avatar
                name={username}
                path={picturePath(cardOf(Number(id)).value?.profile_picture)}
              />
              <span class="row-title">
                <Name>{username}</Name>
              </span>
            </Link>
            <Button
              busy={isBusy && w.common.saving}
              aria-label={w.people.takeBackOf(username)}
              onPress={() => void act(() => endRelation(requestId))}
            >
              {w.people.takeBack}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
