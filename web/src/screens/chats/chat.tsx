// One conversation: its messages, live, and what one writes.
import type { JSX } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { LiveChat } from '../../data/chat'
import { picturePath } from '../../data/client'
import { useConversations } from '../../data/conversations'
import { isOnline } from '../../data/device'
import { findByName } from '../../data/people'
import { go } from '../../router'
import type { ScreenProps } from '../../routes'
import { Avatar } from '../../ui/avatar'
import { Empty, Skeleton } from '../../ui/list'
import { Menu } from '../../ui/menu'
import { Page } from '../../ui/page'
import { Name } from '../../ui/text'
import { w } from '../../words'
import { useAct } from '../act'
import { NotThere } from '../load'
import { Composer } from './composer'
import { Log } from './log'

/** The conversation of the address. */
export default function ChatScreen({ params }: ScreenProps): JSX.Element {
  const id = Number(params['id'])
  const chat = useMemo(() => new LiveChat(id), [id])
  const known = useConversations().data.value?.find((one) => one.conversation_id === id)?.other
  useEffect(() => {
    void chat.open()
    return () => chat.close()
  }, [chat])
  const [, act] = useAct()
  const other = chat.other.value ?? known ?? null
  const name = other?.username ?? w.common.somebody
  const error = chat.error.value
  if (error?.code === 'missing' || error?.status === 404) {
    return (
      <Page title={w.state.gone} up="/chats">
        <Empty title={w.state.goneHint} />
      </Page>
    )
  }
  const toPerson = () => void act(async () => go(`/people/${(await findByName(name)).id}`))
  return (
    <Page
      class="chat"
      title={w.chat.title(name)}
      up="/chats"
      heading={
        <span class="chat-person">
          <Avatar name={name} path={picturePath(other?.avatar)} />
          <span>
            <Name>{name}</Name>
            <small>{known?.is_connected || other?.is_connected ? w.common.online : ''}</small>
          </span>
        </span>
      }
      actions={other && <Menu actions={[{ label: w.chat.toPerson(name), onPress: toPerson }]} />}
    >
      <Lines chat={chat} />
      {chat.isLoaded.value ? (
        <Log chat={chat} name={name} />
      ) : error ? (
        <div class="log">
          <NotThere error={error} again={() => void chat.load()} />
        </div>
      ) : (
        <div class="log">
          <Skeleton />
        </div>
      )}
      <p class="typing" aria-live="polite">
        {chat.isTyping.value ? w.chat.typing(name) : ''}
      </p>
      <Composer chat={chat} />
    </Page>
  )
}

/** So long without a connection is nothing to be told of, in milliseconds. */
const patience = 3000

function Lines({ chat }: { chat: LiveChat }) {
  const [isLong, setLong] = useState(false)
  const isConnected = chat.isConnected.value
  useEffect(() => {
    setLong(false)
    if (isConnected) return
    const timer = setTimeout(() => setLong(true), patience)
    return () => clearTimeout(timer)
  }, [isConnected])
  if (!isOnline.value) return <p class="hint">{w.state.offlineChat}</p>
  if (chat.error.value || !isLong || isConnected) return null
  return (
    <p class="hint" role="status">
      {w.chat.lost}
    </p>
  )
}
