// The account's own row in leaving: it stays, empty, so that what others keep of their conversations has
// somebody to point to.
import { eq, sql } from 'drizzle-orm'
import { users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import type { Lifecycle } from '../base/lifecycle'

const emptyAccount = statement({ id: users.id, now: value<number>() }, (p) =>
  q
    .update(users)
    .set({
      username: sql`'deleted-' || ${users.id}`,
      usernameKey: sql`'deleted-' || ${users.id}`,
      email: '',
      emailKey: '',
      password: '',
      firstName: '',
      lastName: '',
      bio: '',
      phoneNumber: '',
      dateOfBirth: null,
      avatar: '',
      isActive: false,
      codeRequired: false,
      leftAt: sql`${p.now}`,
      onlineUntil: 0,
      listensUntil: 0,
    })
    .where(eq(users.id, p.id)),
)

/**
 * What people say of themselves.
 * @noun profiles, the directory, presence, and who may see what of whom
 * @after media
 */
export const people = {
  name: 'people',
  tables: [users],
  erase: (_ctx, id, now) => [emptyAccount({ id, now })],
} satisfies Lifecycle
