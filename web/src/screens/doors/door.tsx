// What the pages outside of the app have in common: the name of the service over a narrow column.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useService } from '../../data/account'
import { w } from '../../words'

/** A page without navigation. */
export function Door({
  title,
  children,
}: {
  title: string
  children: ComponentChildren
}): JSX.Element {
  const name = useService().data.value?.name ?? w.appName
  const element = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = w.title(title, name)
  }, [title, name])
  return (
    <div class="door-box">
      <div class="brand">
        <Mark />
        <span>{name}</span>
      </div>
      <h1 ref={element} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  )
}

/** Two who know each other. */
const Mark = () => (
  <svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    <rect width="48" height="48" rx="12" fill="currentColor" />
    <g class="brand-mark">
      <circle cx="18" cy="24" r="9" />
      <circle cx="30" cy="24" r="9" />
    </g>
  </svg>
)
