// /verify: an e-mail address is confirmed, by the account that the link names.
import type { JSX } from 'preact'
import { confirmEmail } from '../../data/links'
import { user } from '../../data/device'
import { fragment } from '../../link-token'
import { LoadLink } from '../../ui/link'
import { w } from '../../words'
import { Door } from './door'
import { LinkPage } from './link'

const keptKey = 'kith.verify'
/** A link waits so long for a sign-in, in milliseconds. */
const keptFor = 10 * 60_000

type Link = { uid: string; token: string }

/** Out of the address, or kept over a sign-in. */
function linkOf(): Link {
  const [uid, token] = [fragment.get('uid') ?? '', fragment.get('token') ?? '']
  if (token !== '') return { uid, token }
  const kept = JSON.parse(sessionStorage.getItem(keptKey) ?? 'null') as
    | (Link & { at: number })
    | null
  sessionStorage.removeItem(keptKey)
  return kept && Date.now() - kept.at < keptFor ? kept : { uid: '', token: '' }
}

const link = linkOf()

/** The page. */
export default function Verify(): JSX.Element {
  if (link.token !== '' && String(user.value?.id ?? '') !== link.uid) return <SignInFirst />
  return (
    <LinkPage
      title={w.link.verifyTitle}
      text={w.link.verifyText}
      action={w.link.verifyDo}
      hint={w.link.badVerify}
      isWhole={link.token !== ''}
      call={async () => void (await confirmEmail(link))}
      done={
        <>
          <p role="status">{w.link.verified}</p>
          <LoadLink class="button main" href="/app/">
            {w.state.toHome}
          </LoadLink>
        </>
      }
    />
  )
}

function SignInFirst() {
  return (
    <Door title={w.link.verifyTitle}>
      <p>{w.link.signInFirst}</p>
      <button
        type="button"
        class="button main"
        onClick={() => {
          sessionStorage.setItem(keptKey, JSON.stringify({ ...link, at: Date.now() }))
          location.assign('/app/sign-in?next=/app/verify')
        }}
      >
        {w.link.toSignIn}
      </button>
    </Door>
  )
}
