// Somebody's picture, or the first letter of their name.
import type { JSX } from 'preact'

/** `path` is one of the service's own pictures; null shows a letter. */
export function Avatar({
  name,
  path,
  size = 40,
}: {
  name: string
  path: string | null
  size?: 32 | 40 | 96
}): JSX.Element {
  const isOwn = path !== null && !path.endsWith('/default.png')
  return (
    <span class={`avatar avatar-${size} tone-${toneOf(name)}`} aria-hidden="true">
      {isOwn ? (
        <img src={path} alt="" width={size} height={size} loading="lazy" decoding="async" />
      ) : (
        (Array.from(name)[0] ?? '?').toUpperCase()
      )}
    </span>
  )
}

/** The same colour for the same name, everywhere. */
function toneOf(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 997
  return sum % 6
}

/** That somebody is there: words and a dot, since colour alone says nothing to many. */
export function Presence({ label }: { label: string }): JSX.Element {
  return <span class="presence">{label}</span>
}
