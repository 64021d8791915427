// /undo: somebody else did something with the account; it is stopped, and a new password is chosen.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { raiseAlarm } from '../../data/links'
import { fragment } from '../../link-token'
import { LoadLink } from '../../ui/link'
import { w } from '../../words'
import { LinkPage } from './link'
import { ResetForm } from './reset-form'

const link = { uid: fragment.get('uid') ?? '', token: fragment.get('token') ?? '' }

/** The page. */
export default function Undo(): JSX.Element {
  const [token, setToken] = useState<string | null>(null)
  if (token !== null) return <ResetForm uid={link.uid} token={token} />
  return (
    <LinkPage
      title={w.link.undoTitle}
      text={w.link.undoText}
      action={w.link.undoDo}
      hint={w.link.badUndo}
      isWhole={link.token !== ''}
      call={async () => setToken(await raiseAlarm(link))}
      done={
        <LoadLink class="button main" href="/app/sign-in">
          {w.link.toSignIn}
        </LoadLink>
      }
    />
  )
}
