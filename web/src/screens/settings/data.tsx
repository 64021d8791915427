// What the service holds: downloading it, the calendar, blocked people, leaving.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { picturePath } from '../../data/client'
import { forget, toSignIn, user } from '../../data/device'
import { unblock } from '../../data/friends'
import { useBlocks } from '../../data/people'
import { closeCalendar, exportAll, leaveForGood, openCalendar } from '../../data/profile'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Page } from '../../ui/page'
import { Name } from '../../ui/text'
import { say } from '../../ui/toast'
import { w } from '../../words'
import { useAct } from '../act'
import { faultsOf } from '../errors'
import { Loaded } from '../load'

const words = w.settings.data

/** The page. */
export default function Data(): JSX.Element {
  const [isLeaving, setLeaving] = useState(false)
  return (
    <Page title={w.settings.parts.data} up="/settings">
      <Export />
      <Calendar />
      <Blocked />
      <section class="card" aria-labelledby="leave">
        <h2 id="leave">{words.leaveTitle}</h2>
        <div class="stack">
          <p>{words.leaveText}</p>
          <div class="actions">
            <Button kind="danger" onPress={() => setLeaving(true)}>
              {words.leave}
            </Button>
          </div>
        </div>
      </section>
      {isLeaving && <Leaving onClose={() => setLeaving(false)} />}
    </Page>
  )
}

function Export() {
  const [isBusy, act] = useAct()
  const download = async () => {
    const address = URL.createObjectURL(await exportAll())
    const link = document.createElement('a')
    link.href = address
    link.download = 'kith-export.json'
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 10_000)
  }
  return (
    <section class="card">
      <h2>{words.export}</h2>
      <Button busy={isBusy && words.exporting} onPress={() => void act(download)}>
        {words.exportDo}
      </Button>
    </section>
  )
}

function Calendar() {
  const [isBusy, act] = useAct()
  const [address, setAddress] = useState<string | null>(null)
  return (
    <section class="card" aria-labelledby="calendar">
      <h2 id="calendar">{words.calendarTitle}</h2>
      <div class="stack">
        <p>{words.calendarText}</p>
        {address !== null && (
          <>
            <p role="status">{words.calendarIs}</p>
            <p class="code-text">{address}</p>
          </>
        )}
        <div class="actions">
          {address !== null && (
            <Button
              onPress={() =>
                void navigator.clipboard.writeText(address).then(() => say(words.copied))
              }
            >
              {words.copy}
            </Button>
          )}
          <Button
            busy={isBusy && w.common.saving}
            onPress={() => void act(async () => setAddress(await openCalendar()))}
          >
            {words.calendarDo}
          </Button>
          <Button
            kind="quiet"
            onPress={() =>
              void act(async () => {
                await closeCalendar()
                setAddress(null)
                say(words.calendarClosed)
              })
            }
          >
            {words.calendarClose}
          </Button>
        </div>
      </div>
    </section>
  )
}

function Blocked() {
  const [, act] = useAct()
  return (
    <section class="card" aria-labelledby="blocked">
      <h2 id="blocked">{words.blockedTitle}</h2>
      <Loaded of={useBlocks()} lines={1}>
        {(blocked) =>
          blocked.length === 0 ? (
            <p class="muted">{w.people.noBlocked}</p>
          ) : (
            <ul class="rows">
              {blocked.map(({ id, username, profile_picture: picture }) => (
                <li class="row wraps" key={id}>
                  <Avatar name={username} path={picturePath(picture)} />
                  <span class="row-text row-title">
                    <Name>{username}</Name>
                  </span>
                  <Button
                    aria-label={w.people.unblockOf(username)}
                    onPress={() => void act(() => unblock(id))}
                  >
                    {w.people.unblock}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}

/** The name is typed: this is not done by one press too many. */
function Leaving({ onClose }: { onClose: () => void }) {
  const name = user.value?.username ?? ''
  return (
    <Dialog title={words.leaveAsk} onClose={onClose}>
      <p>{words.leaveText}</p>
      <Form
        action={words.leave}
        busy={words.leaving}
        kind="danger"
        faultsOf={(error, names) =>
          error instanceof WrongName
            ? { fields: { name: words.leaveName(name) }, whole: null }
            : faultsOf(error, names)
        }
        submit={async (values) => {
          if (values['name']?.trim() !== name) throw new WrongName()
          await leaveForGood()
          await forget()
          toSignIn()
        }}
        extra={<Button onPress={onClose}>{w.common.cancel}</Button>}
      >
        {(faults) => (
          <TextField
            name="name"
            label={words.leaveName(name)}
            fault={faults['name']}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
          />
        )}
      </Form>
    </Dialog>
  )
}

class WrongName extends Error {}
