// A person as contract C's clients read one: in lists, conversations and as the answer to changes.
import type { PersonRecord } from '../domain/users'
import { avatarPath } from './media-paths'

/** `{username, is_connected, avatar, friends}`. */
export function personRecordView(person: PersonRecord) {
  return {
    username: person.username,
    is_connected: person.isConnected,
    avatar: avatarPath(person.avatar),
    friends: person.friends,
  }
}
