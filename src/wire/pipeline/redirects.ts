// `?next=`: where a browser may be sent. Anything that could be read as two different addresses is none.

/** Longer addresses do not fit into what the browser keeps meanwhile. */
const maxLength = 2000
/** What URL parsers drop, or take for a slash: in an address it is there to deceive. */
// oxlint-disable-next-line no-control-regex
const deceiving = /[\u0000-\u0020\u007f\\]/

/**
 * The address that `next` means, absolute, if its origin is one of those; else null. A path is one on
 * `base`. Without a user part, which would be shown as if it were the host.
 */
export function allowedRedirect(
  next: string,
  base: string,
  isAllowed: (origin: string) => boolean,
): string | null {
  if (next.length > maxLength || deceiving.test(next) || next.startsWith('//')) return null
  if (!next.startsWith('/') && !/^https?:\/\/[^/]/i.test(next)) return null
  if (!URL.canParse(next, base)) return null
  const url = new URL(next, base)
  if (url.username !== '' || url.password !== '' || !isAllowed(url.origin)) return null
  return url.href
}
