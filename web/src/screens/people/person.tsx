// A person: who they are, what one may do with them.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { errorFrom, picturePath } from '../../data/client'
import { startConversation } from '../../data/conversations'
import { user } from '../../data/device'
import { ask, block, endRelation, unfriend } from '../../data/friends'
import { cardOf, nameOf, type PersonInfo, usePerson, useRelations } from '../../data/people'
import { go } from '../../router'
import type { ScreenProps } from '../../routes'
import { Avatar, Presence } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { Menu } from '../../ui/menu'
import { Page } from '../../ui/page'
import { Name, Words } from '../../ui/text'
import { sayFault } from '../../ui/toast'
import { w } from '../../words'
import { longDate } from '../../words/times'
import { useAct } from '../act'
import { errorText } from '../errors'
import { Loaded } from '../load'
import { GroupField } from './group-field'
import { Requests } from './requests'

/** The page. */
export default function Person({ params }: ScreenProps): JSX.Element {
  const id = Number(params['id'])
  const person = usePerson(id)
  const known = person.error.value?.code === 'missing' ? undefined : person.data.value
  const [asked, setAsked] = useState<'block' | 'unfriend' | null>(null)
  const isOneself = id === user.value?.id
  return (
    <Page
      title={known?.username ?? w.people.title}
      up="/people"
      actions={
        known &&
        !isOneself && (
          <Menu
            actions={[
              ...(known.is_friend
                ? [{ label: w.people.unfriend, onPress: () => setAsked('unfriend') }]
                : []),
              { label: w.people.block, isDanger: true, onPress: () => setAsked('block') },
            ]}
          />
        )
      }
    >
      <Loaded of={person}>{(info) => <Shown info={info} isOneself={isOneself} />}</Loaded>
      {asked && known && <Asked what={asked} person={known} onClose={() => setAsked(null)} />}
    </Page>
  )
}

function Shown({ info, isOneself }: { info: PersonInfo; isOneself: boolean }) {
  const { id, username, bio, is_friend: isFriend, group } = info
  const card = cardOf(id).value
  const full = card ? nameOf(card) : username
  return (
    <>
      <div class="person-head">
        <Avatar name={username} path={picturePath(info.profile_picture)} size={96} />
        {full !== username && (
          <p>
            <strong>
              <Name>{full}</Name>
            </strong>
          </p>
        )}
        {card?.is_connected && !isOneself && <Presence label={w.common.online} />}
        {bio !== '' && (
          <p>
            <Words text={bio} />
          </p>
        )}
        <p class="hint">{w.people.since(longDate(Date.parse(info.created_time)))}</p>
        {isOneself ? <p class="muted">{w.people.itsYou}</p> : <Deeds info={info} />}
      </div>
      {isFriend && <GroupField id={id} group={group ?? ''} />}
    </>
  )
}

/** What stands between the two: friends, asked, or nothing yet. */
function Deeds({ info: { id, username, is_friend: isFriend } }: { info: PersonInfo }) {
  const relations = useRelations().data.value
  const [isBusy, act] = useAct()
  const same = (one: { id: string }) => one.id === String(id)
  const incoming = relations?.incoming_requests.filter(same) ?? []
  const sent = relations?.outgoing_requests.find(same)
  return (
    <>
      {incoming.length > 0 && (
        <>
          <p>{w.people.hasAsked}</p>
          <Requests incoming={incoming} />
        </>
      )}
      {sent && <p class="muted">{w.people.asked}</p>}
      <div class="actions">
        <MessageButton username={username} isMain={isFriend} />
        {!isFriend && !sent && incoming.length === 0 && (
          <Button
            kind="main"
            busy={isBusy && w.common.saving}
            onPress={() => void act(() => ask(id))}
          >
            {w.people.ask}
          </Button>
        )}
        {sent && (
          <Button
            busy={isBusy && w.common.saving}
            onPress={() => void act(() => endRelation(sent.request_id))}
          >
            {w.people.takeBack}
          </Button>
        )}
      </div>
    </>
  )
}

function MessageButton({ username, isMain }: { username: string; isMain: boolean }) {
  const [isBusy, setBusy] = useState(false)
  const start = async () => {
    setBusy(true)
    try {
      go(`/chats/${await startConversation(username)}`)
    } catch (error) {
      const isAway = errorFrom(error).code === 'conversation_not_connected'
      sayFault(isAway ? w.people.notConnected : errorText(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button
      kind={isMain ? 'main' : 'plain'}
      icon="chat"
      busy={isBusy && w.common.loading}
      onPress={() => void start()}
    >
      {w.people.message}
    </Button>
  )
}

function Asked({
  what,
  person: { id, username },
  onClose,
}: {
  what: 'block' | 'unfriend'
  person: PersonInfo
  onClose: () => void
}) {
  const [isBusy, act] = useAct()
  const isBlock = what === 'block'
  const yes = async () => {
    const isDone = await act(() => (isBlock ? block(id) : unfriend(id)))
    onClose()
    if (isDone && isBlock) go('/people', { replace: true })
  }
  return (
    <Confirm
      title={isBlock ? w.people.blockAsk(username) : w.people.unfriendAsk(username)}
      text={isBlock ? w.people.blockText : w.people.unfriendText}
      action={isBlock ? w.people.block : w.people.unfriend}
      busy={isBusy && w.common.saving}
      onYes={() => void yes()}
      onClose={onClose}
    />
  )
}
