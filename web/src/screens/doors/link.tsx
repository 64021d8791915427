// The pages of mailed links: loading one sends nothing, and one press makes one call.
import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { errorFrom } from '../../data/client'
import { Button } from '../../ui/button'
import { LoadLink } from '../../ui/link'
import { w } from '../../words'
import { errorText } from '../errors'
import { Door } from './door'

/** How far it is. */
type State = 'asked' | 'busy' | 'done' | 'bad' | { fault: string }

/** What is told of a link that is used up, too old or unknown: and how to get another. */
export function BadLink({ title, hint }: { title: string; hint: string }): JSX.Element {
  return (
    <Door title={title}>
      <div class="summary" role="alert">
        <p>{w.link.bad}</p>
        <p>{hint}</p>
      </div>
      <LoadLink class="button" href="/app/sign-in">
        {w.link.toSignIn}
      </LoadLink>
    </Door>
  )
}

/** Whether an answer says that a link is no good: also where the service has no such links. */
export function isBadLink(thrown: unknown): boolean {
  const { status, code } = errorFrom(thrown)
  return status === 404 || status === 405 || status === 410 || code === 'bad_link_token'
}

/** One question, one button. */
export function LinkPage({
  title,
  text,
  action,
  hint,
  isWhole,
  call,
  done,
}: {
  title: string
  text: string
  action: string
  hint: string
  isWhole: boolean
  call: () => Promise<void>
  done: ComponentChildren
}): JSX.Element {
  const [state, setState] = useState<State>('asked')
  if (state === 'bad') return <BadLink title={title} hint={hint} />
  if (!isWhole) return <BadLink title={title} hint={w.link.missing} />
  if (state === 'done') return <Door title={title}>{done}</Door>
  const press = () => {
    setState('busy')
    call().then(
      () => setState('done'),
      (error: unknown) => setState(isBadLink(error) ? 'bad' : { fault: errorText(error) }),
    )
  }
  return (
    <Door title={title}>
      <p>{text}</p>
      {typeof state === 'object' && (
        <div class="summary" role="alert">
          {state.fault}
        </div>
      )}
      <Button kind="main" busy={state === 'busy' && w.common.saving} onPress={press}>
        {action}
      </Button>
    </Door>
  )
}
