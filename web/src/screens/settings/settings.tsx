// The parts of the settings, and the way out.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { signOut } from '../../data/account'
import { toSignIn } from '../../data/device'
import { outgoing } from '../../data/messages'
import { place } from '../../router'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { Icon, type IconName } from '../../ui/icons'
import { Link } from '../../ui/link'
import { w } from '../../words'
import { ListPage } from '../list-page'

const parts = ['profile', 'security', 'devices', 'app', 'data'] as const

/** What has no place in the bar of a phone. */
const elsewhere: { to: string; label: string; icon: IconName }[] = [
  { to: '/contacts', label: w.nav.contacts, icon: 'contacts' },
  { to: '/notifications', label: w.nav.notifications, icon: 'bell' },
]

/** The list. */
export default function Settings({ params }: ScreenProps): JSX.Element {
  return (
    <ListPage title={w.settings.title} params={params}>
      <ul class="rows phone-rows">
        {elsewhere.map(({ to, label, icon }) => (
          <li key={to}>
            <Link to={to} class="row">
              <Icon name={icon} />
              <span class="row-text row-title">{label}</span>
              <Icon name="forward" />
            </Link>
          </li>
        ))}
      </ul>
      <ul class="rows">
        {parts.map((part) => {
          const to = `/settings/${part}`
          return (
            <li key={part}>
              <Link to={to} class="row" aria-current={place.value.path === to ? 'page' : undefined}>
                <span class="row-text">
                  <div class="row-title">{w.settings.parts[part]}</div>
                  <div class="row-hint">{w.settings.partHints[part]}</div>
                </span>
                <Icon name="forward" />
              </Link>
            </li>
          )
        })}
      </ul>
      <p class="block">
        <SignOut />
      </p>
    </ListPage>
  )
}

function SignOut() {
  const [isBusy, setBusy] = useState(false)
  const [unsent, setUnsent] = useState(0)
  const leave = async () => {
    setBusy(true)
    await signOut()
    toSignIn()
  }
  const press = async () => {
    const waiting = (await outgoing()).length
    if (waiting > 0) setUnsent(waiting)
    else await leave()
  }
  return (
    <>
      <Button busy={isBusy && w.common.saving} onPress={() => void press()}>
        {w.settings.signOut}
      </Button>
      {unsent > 0 && (
        <Confirm
          title={w.settings.signOutAsk}
          text={w.settings.signOutLose(unsent)}
          action={w.settings.signOut}
          busy={isBusy && w.common.saving}
          onYes={() => void leave()}
          onClose={() => setUnsent(0)}
        />
      )}
    </>
  )
}
