// Somebody's own words: text and nothing else, with links to the web in it.
import type { JSX } from 'preact'
import { OutwardLink } from './link'

const address = /https?:\/\/[^\s<>"'`\\]+/g
/** What ends a sentence ends no address. */
const trailing = /[.,;:!?)\]}]+$/

/** A text with its links. */
export function Words({ text }: { text: string }): JSX.Element {
  const parts: (string | JSX.Element)[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(address)) {
    const href = found.replace(trailing, '')
    if (!URL.canParse(href)) continue
    parts.push(text.slice(from, index), <OutwardLink href={href} key={index} />)
    from = index + href.length
  }
  parts.push(text.slice(from))
  return (
    <span class="words" dir="auto">
      {parts}
    </span>
  )
}

/** A name within other words: its direction is its own. */
export function Name({ children }: { children: string }): JSX.Element {
  return <bdi>{children}</bdi>
}
