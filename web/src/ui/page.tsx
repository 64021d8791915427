// A screen: its title, which gets the focus when the address changes, and its actions.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { back, scrolledTo } from '../router'
import { w } from '../words'
import { IconButton } from './button'

let isFirst = true

/** A screen. `up` is where *back* leads when there is nothing before it. */
export function Page({
  title,
  heading = title,
  up,
  actions,
  children,
  class: name = '',
  aside,
}: {
  title: string
  heading?: ComponentChildren
  up?: string
  actions?: ComponentChildren
  children: ComponentChildren
  class?: string
  aside?: ComponentChildren
}): JSX.Element {
  const element = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = w.title(title, w.appName)
  }, [title])
  useEffect(() => {
    // The first one is read out by itself.
    if (!isFirst) element.current?.focus({ preventScroll: true })
    isFirst = false
    scrollTo(0, scrolledTo())
  }, [])
  return (
    <div class={`page ${name}`}>
      <div class="page-main">
        <header class="page-head">
          {up !== undefined && (
            <IconButton icon="back" label={w.common.back} onPress={() => back(up)} />
          )}
          <h1 ref={element} tabIndex={-1}>
            {heading}
          </h1>
          {actions && <div class="page-actions">{actions}</div>}
        </header>
        {children}
      </div>
      {aside && <div class="aside">{aside}</div>}
    </div>
  )
}
