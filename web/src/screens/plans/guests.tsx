// Who comes to a plan, and whom its maker invites.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { picturePath } from '../../data/client'
import { cardOf, nameOf, useFriends } from '../../data/people'
import { invite, type Plan, type Rsvp, useInvited, useRsvps } from '../../data/plans'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Link } from '../../ui/link'
import { Name } from '../../ui/text'
import { w } from '../../words'
import { useAct } from '../act'
import { Loaded } from '../load'

const inOrder = ['going', 'maybe', 'waitlisted', 'declined'] as const

/** The answers, by what they say. */
export function Guests({ plan, isOwn }: { plan: Plan; isOwn: boolean }): JSX.Element {
  const [isOpen, setOpen] = useState(false)
  return (
    <section class="card" aria-labelledby="who">
      <h2 id="who">{w.plans.who}</h2>
      <Loaded of={useRsvps(plan._id)} lines={3}>
        {(rsvps) =>
          rsvps.length === 0 ? (
            <p class="muted">{w.plans.nobodyYet}</p>
          ) : (
            <>
              {inOrder.map((status) => (
                <Answers
                  status={status}
                  rsvps={rsvps.filter((one) => one.status === status)}
                  key={status}
                />
              ))}
            </>
          )
        }
      </Loaded>
      {isOwn && (
        <p class="block">
          <Button onPress={() => setOpen(true)}>{w.plans.invite}</Button>
        </p>
      )}
      {isOpen && <Inviting id={plan._id} onClose={() => setOpen(false)} />}
    </section>
  )
}

function Answers({ status, rsvps }: { status: (typeof inOrder)[number]; rsvps: Rsvp[] }) {
  if (rsvps.length === 0) return null
  return (
    <>
      <h3 class="list-title">{w.plans.groups[status](rsvps.length)}</h3>
      <ul>
        {rsvps.map((one) => (
          <Guest id={Number(one.user_id)} guests={one.guests} key={one._id} />
        ))}
      </ul>
    </>
  )
}

function Guest({ id, guests }: { id: number; guests: number }) {
  const card = cardOf(id).value
  const name = card ? nameOf(card) : card === null ? w.common.somebody : '…'
  const shown = (
    <>
      <Avatar name={card?.username ?? name} path={picturePath(card?.profile_picture)} size={32} />
      <span class="row-text row-title">
        <Name>{name}</Name>
      </span>
      {guests > 0 && <span class="muted">{w.plans.withGuests(guests)}</span>}
    </>
  )
  if (!card) return <li class="row">{shown}</li>
  return (
    <li>
      <Link to={`/people/${id}`} class="row">
        {shown}
      </Link>
    </li>
  )
}

function Inviting({ id, onClose }: { id: string; onClose: () => void }) {
  const invited = useInvited(id)
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [isBusy, act] = useAct()
  const isInvited = (friend: number) =>
    invited.data.value?.some((one) => one.user_id === String(friend)) === true
  const choose = (friend: number, isChosen: boolean) => {
    const next = new Set(chosen)
    if (isChosen) next.add(friend)
    else next.delete(friend)
    setChosen(next)
  }
  return (
    <Dialog title={w.plans.invite} onClose={onClose}>
      <Loaded of={useFriends()} lines={3}>
        {(friends) =>
          friends.length === 0 ? (
            <p class="muted">{w.plans.noFriends}</p>
          ) : (
            <div>
              {friends.map((friend) => (
                <label class="check" key={friend.id}>
                  <input
                    type="checkbox"
                    checked={isInvited(friend.id) || chosen.has(friend.id)}
                    disabled={isInvited(friend.id)}
                    onChange={({ currentTarget }) => choose(friend.id, currentTarget.checked)}
                  />
                  <span>
                    <Name>{friend.username}</Name>
                    {isInvited(friend.id) && <span class="muted"> · {w.plans.invited}</span>}
                  </span>
                </label>
              ))}
            </div>
          )
        }
      </Loaded>
      <div class="actions">
        <Button onPress={onClose}>{w.common.cancel}</Button>
        <Button
          kind="main"
          disabled={chosen.size === 0}
          busy={isBusy && w.common.saving}
          onPress={() =>
            void act(() => invite(id, [...chosen])).then((isDone) => isDone && onClose())
          }
        >
          {w.plans.inviteDo}
        </Button>
      </div>
    </Dialog>
  )
}
