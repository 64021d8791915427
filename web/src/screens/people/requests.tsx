// Friend requests that wait for one's answer.
import type { JSX } from 'preact'
import { cardOf, type Relations } from '../../data/people'
import { answerRequest } from '../../data/friends'
import { picturePath } from '../../data/client'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { Link } from '../../ui/link'
import { Name } from '../../ui/text'
import { sayFault } from '../../ui/toast'
import { w } from '../../words'
import { errorText } from '../errors'

/** The list, each with its two answers. */
export function Requests({ incoming }: { incoming: Relations['incoming_requests'] }): JSX.Element {
  return (
    <ul class="rows">
      {incoming.map(({ id, request_id: requestId, username }) => (
        <Request id={Number(id)} requestId={requestId} username={username} key={requestId} />
      ))}
    </ul>
  )
}

function Request(given: { id: number; requestId: string; username: string }) {
  const { id, requestId, username } = given
  const card = cardOf(id).value
  const answer = (action: 'accept' | 'reject') => {
    answerRequest(requestId, action).catch((error: unknown) =>
      sayFault(errorText(error), () => answer(action)),
    )
  }
  return (
    <li class="row wraps">
      <Link to={`/people/${id}`} class="row-link">
        <Avatar name={username} path={picturePath(card?.profile_picture)} />
        <span class="row-title">
          <Name>{username}</Name>
        </span>
      </Link>
      <span class="row-actions">
        <Button
          kind="main"
          aria-label={w.people.acceptOf(username)}
          onPress={() => answer('accept')}
        >
          {w.people.accept}
        </Button>
        <Button aria-label={w.people.declineOf(username)} onPress={() => answer('reject')}>
          {w.people.decline}
        </Button>
      </span>
    </li>
  )
}
