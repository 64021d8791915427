// A person as contract C's clients read one (in lists, conversations and as the answer to changes), and
// as contract D's lists name one.
import type { PersonRecord } from '../domain/users'
import type { AppContext } from './app-env'
import { avatarLink, avatarPath } from './media-paths'

/** `{username, is_connected, avatar, friends}`. */
export function personRecordView(person: PersonRecord) {
  return {
    username: person.username,
    is_connected: person.isConnected,
    avatar: avatarPath(person.avatar),
    friends: person.friends,
  }
}

/** `{id, username, profile_picture}`. */
export function personSummaryView(
  c: AppContext,
  person: { id: number; username: string; avatar: string },
) {
  return {
    id: person.id,
    username: person.username,
    profile_picture: avatarLink(c, person.avatar),
  }
}
