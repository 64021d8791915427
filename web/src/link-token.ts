// The token of a mailed link: behind `#`, where no server and no log sees it, and taken out of the address
// before anything else happens.

/** Where a push leads, by the kind of thing that it tells of: a closed list. */
const kinds: Readonly<Record<string, string>> = {
  conversation: 'chats',
  message: 'chats',
  plan: 'plans',
  person: 'people',
  friend: 'people',
}

/** `#/go/<kind>/<id>` becomes the address of the thing; of any other kind, the list of what is new. */
function goTo(hash: string): void {
  const [, kind = '', id = ''] = /^#\/go\/(\w+)\/([0-9a-f]{1,24})$/.exec(hash) ?? []
  if (!hash.startsWith('#/go/')) return
  const folder = Object.hasOwn(kinds, kind) ? kinds[kind] : null
  history.replaceState(null, '', folder ? `/app/${folder}/${id}` : '/app/notifications')
}

goTo(location.hash)

/** What stood behind `#`, once; the address has it no more. */
export const fragment: URLSearchParams = take()

function take(): URLSearchParams {
  const found = new URLSearchParams(location.hash.slice(1))
  if (location.hash !== '')
    history.replaceState(history.state, '', location.pathname + location.search)
  return found
}
