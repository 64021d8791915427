// The one place where a link is made: within the app without a load, elsewhere with nothing told to there.
import type { ComponentChildren, JSX } from 'preact'
import { go, hrefOf } from '../router'

type Props = {
  children: ComponentChildren
  class?: string
  'aria-label'?: string
  'aria-current'?: 'page' | undefined
}

/** A link to an address below /app. */
export function Link({ to, ...rest }: Props & { to: string }): JSX.Element {
  return (
    <a
      {...rest}
      href={hrefOf(to)}
      onClick={(event) => {
        // What the browser does with a key held down is its own.
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        go(to)
      }}
    />
  )
}

/** A link that is loaded: to what is left or entered by a load, or to a file. */
export function LoadLink({
  href,
  download,
  ...rest
}: Props & { href: string; download?: boolean }): JSX.Element {
  return <a {...rest} href={href} {...(download ? { download: '' } : {})} />
}

/** A link out of somebody's text. */
export function OutwardLink({ href }: { href: string }): JSX.Element {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
      {href}
    </a>
  )
}
