// All chats, the newest first; what is typed above them filters them.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { olderConversations, useConversations } from '../../data/conversations'
import type { ConversationItem } from '../../data/conversations'
import type { ScreenProps } from '../../routes'
import { Link } from '../../ui/link'
import { Empty, ShowMore } from '../../ui/list'
import { w } from '../../words'
import { useAct } from '../act'
import { ListPage, SearchField } from '../list-page'
import { Loaded } from '../load'
import { ChatRow } from './chat-row'

const firstPage = 50

/** The list. */
export default function Chats({ params }: ScreenProps): JSX.Element {
  const chats = useConversations()
  const [text, setText] = useState('')
  const [older, setOlder] = useState<ConversationItem[] | null>(null)
  const [isBusy, act] = useAct()
  return (
    <ListPage title={w.chats.title} params={params}>
      <SearchField label={w.chats.search} value={text} onInput={setText} />
      <Loaded of={chats}>
        {(all) => {
          const known = older === null ? all : merged(all, older)
          if (known.length === 0) {
            return (
              <Empty title={w.chats.empty} hint={w.chats.emptyHint}>
                <Link to="/people" class="button main">
                  {w.chats.findPeople}
                </Link>
              </Empty>
            )
          }
          const shown = known.filter(({ other }) =>
            other.username.toLowerCase().includes(text.trim().toLowerCase()),
          )
          if (shown.length === 0) return <p class="muted">{w.chats.nothing}</p>
          return (
            <>
              <ul class="rows">
                {shown.map((one) => (
                  <ChatRow item={one} key={one.conversation_id} />
                ))}
              </ul>
              {older === null && all.length >= firstPage && (
                <ShowMore
                  isBusy={isBusy}
                  onMore={() => void act(async () => setOlder(await olderConversations()))}
                />
              )}
            </>
          )
        }}
      </Loaded>
    </ListPage>
  )
}

function merged(newest: ConversationItem[], older: ConversationItem[]): ConversationItem[] {
  const known = new Set(newest.map((one) => one.conversation_id))
  return [...newest, ...older.filter((one) => !known.has(one.conversation_id))]
}
