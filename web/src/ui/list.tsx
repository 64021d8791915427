// What lists have: nothing yet, not yet there, could not be had, and more of it.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { w } from '../words'
import { Button } from './button'

/** How long nothing at all is shown, in milliseconds: what comes sooner needs no grey lines. */
const patience = 150

/** Grey lines in the place of what is coming, of its size. */
export function Skeleton({ lines = 5 }: { lines?: number }): JSX.Element {
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), patience)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div
      class={isShown ? 'skeleton shown' : 'skeleton'}
      role="status"
      aria-label={w.common.loading}
    >
      {Array.from({ length: lines }, (_, line) => (
        <div class="skeleton-line" key={line} />
      ))}
    </div>
  )
}

/** Nothing here yet: what belongs here, and the next step. */
export function Empty({
  title,
  hint,
  children,
}: {
  title: string
  hint?: string
  children?: ComponentChildren
}): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {hint && <p>{hint}</p>}
      {children && <div class="actions">{children}</div>}
    </div>
  )
}

/** What could not be had, in its place. */
export function Failed({
  text,
  requestId,
  onAgain,
}: {
  text: string
  requestId?: string | null
  onAgain: () => void
}): JSX.Element {
  return (
    <div class="failed" role="alert">
      <p>{text}</p>
      <Button onPress={onAgain}>{w.common.again}</Button>
      {requestId && <p class="hint">{w.common.requestId(requestId)}</p>}
    </div>
  )
}

/** More of a list: pressed by itself when it comes near. */
export function ShowMore({ onMore, isBusy }: { onMore: () => void; isBusy: boolean }): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting && !isBusy) onMore()
      },
      { rootMargin: '400px' },
    )
    if (element.current) watcher.observe(element.current)
    return () => watcher.disconnect()
  }, [onMore, isBusy])
  return (
    <div class="show-more" ref={element}>
      <Button kind="plain" busy={isBusy && w.common.loading} onPress={onMore}>
        {w.common.showMore}
      </Button>
    </div>
  )
}
