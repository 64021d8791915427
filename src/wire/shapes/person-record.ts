// A person as contract C's clients read one (in lists, conversations and as the answer to changes), and
// as contract D's lists name one.
import * as z from 'zod'
import type { PersonRecord as Person } from '../../domain/people'
import type { AppContext } from '../pipeline/app-env'
import { avatarLink, avatarPath } from './media-paths'

/** A person in contract C. */
export const PersonRecord = z
  .object({
    username: z.string(),
    is_connected: z.boolean(),
    avatar: z.string().meta({
      description: 'A path on this host.',
      examples: ['/media/avatars/default.png'],
    }),
    friends: z.array(z.string()).meta({
      description: 'Usernames: 50 at most among others, 500 where the record is asked for alone.',
    }),
    friends_count: z.int().meta({ description: 'How many friends there are.' }),
  })
  .meta({ id: 'PersonRecord' })

/** A person in contract D's lists. */
export const PersonSummary = z
  .object({ id: z.int(), username: z.string(), profile_picture: z.url() })
  .meta({ id: 'PersonSummary' })

/** `{username, is_connected, avatar, friends, friends_count}`. */
export function personRecordView(person: Person): z.output<typeof PersonRecord> {
  return {
    username: person.username,
    is_connected: person.isConnected,
    avatar: avatarPath(person.avatar),
    friends: person.friends.names,
    friends_count: person.friends.count,
  }
}

/** `{id, username, profile_picture}`. */
export function personSummaryView(
  c: AppContext,
  person: { id: number; username: string; avatar: string },
): z.output<typeof PersonSummary> {
  return {
    id: person.id,
    username: person.username,
    profile_picture: avatarLink(c, person.avatar),
  }
}
