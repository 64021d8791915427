// What every screen does with a part of the service's data: waits for it, shows it, says that it is old, or
// why it is not there.
import type { ComponentChildren, JSX } from 'preact'
import type { KithError } from 'kith-client'
import type { Resource } from '../data/resource'
import { isOnline } from '../data/device'
import { Empty, Failed, Skeleton } from '../ui/list'
import { w } from '../words'
import { stamp } from '../words/times'
import { errorText } from './errors'

/** Draws data as soon as something is known of it. */
export function Loaded<T>({
  of,
  children,
  lines,
}: {
  of: Resource<T>
  children: (data: T) => ComponentChildren
  lines?: number
}): JSX.Element {
  const data = of.data.value
  const error = of.error.value
  if (error?.code === 'missing') return <Empty title={w.state.gone} hint={w.state.goneHint} />
  if (data !== undefined) {
    return (
      <>
        {error && <Old at={of.at.value} error={error} again={() => void of.reload()} />}
        {children(data)}
      </>
    )
  }
  if (error) return <NotThere error={error} again={() => void of.reload()} />
  return <Skeleton {...(lines === undefined ? {} : { lines })} />
}

/** What could not be had. */
export function NotThere({ error, again }: { error: KithError; again: () => void }): JSX.Element {
  const text = error.code === 'throttled' ? errorText(error) : w.state.failed
  return <Failed text={text} requestId={error.requestId} onAgain={again} />
}

function Old({ at, error, again }: { at: number; error: KithError; again: () => void }) {
  if (!isOnline.value || error.code === 'network') {
    return (
      <p class="hint" role="status">
        {w.state.offline(stamp(at))}
      </p>
    )
  }
  return <NotThere error={error} again={again} />
}
