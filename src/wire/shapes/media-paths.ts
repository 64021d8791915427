// Where a picture is found: C's clients are given paths, D's absolute links.
import type { AppContext } from '../pipeline/app-env'

const defaultAvatar = 'avatars/default.png'

/** The path of an avatar as it is stored (below /media/; '' is the default picture). */
export function avatarPath(avatar: string): string {
  return `/media/${avatar || defaultAvatar}`
}

/** The absolute link of an avatar. */
export function avatarLink(c: AppContext, avatar: string): string {
  return c.get('origin') + asAddress(avatarPath(avatar))
}

/** A path as a part of an address (RFC 3986 §2): what cannot stand in one is encoded, what is encoded stays. */
function asAddress(path: string): string {
  const notAllowed = /[^\x21-\x7e]+|["<>\\^`{|}[\]]+|%(?![0-9A-Fa-f]{2})/gu
  return path.toWellFormed().replace(notAllowed, (text) => encodeURIComponent(text))
}

/** The path of a picture in a chat. */
export function chatPicturePath(key: string): string {
  return `/media/${key}`
}

/**
 * What a path as a client sends it makes an account show: it is joined to /media/, as contract C's example
 * shows, unless it is the very path that is shown now.
 */
export function nextAvatar(path: string): { path: string; unlessShown: string } {
  const below = path.replace(/^\/+/, '')
  const shown = path.startsWith('/media/') ? path.slice('/media/'.length) : below
  return { path: stored(below), unlessShown: stored(shown) }
}

function stored(path: string): string {
  return path === defaultAvatar ? '' : path
}
