// Where a picture is found: C's clients are given paths, D's absolute links.
import type { AppContext } from './app-env'

const defaultAvatar = 'avatars/default.png'

/** The path of an avatar as it is stored (below /media/; '' is the default picture). */
export function avatarPath(avatar: string): string {
  return `/media/${avatar || defaultAvatar}`
}

/** The absolute link of an avatar. */
export function avatarLink(c: AppContext, avatar: string): string {
  return c.get('origin') + avatarPath(avatar)
}

/** The path of a picture in a chat. */
export function chatPicturePath(key: string): string {
  return `/media/${key}`
}
