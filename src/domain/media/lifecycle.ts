// Pictures' part in leaving and the jobs. Those in conversations stay for the other side, as long as the
// conversation does; chat has them in the export.
import { sql } from 'drizzle-orm'
import { media as files, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { jobsFrom, kindsOf } from '../base/jobs'
import type { Lifecycle } from '../base/lifecycle'
import { avatarJobs } from './fetched-avatars'
import { mediaJobs } from './media'

const isAvatar = sql`${of(files.kind)} = 'avatar'`

const queueRemoval = statement({ id: users.id, now: value<number>() }, (p) =>
  jobsFrom({
    kind: 'media.remove',
    key: sql`'of/' || ${of(users.id)}`,
    payload: sql`(select json_group_array(${of(files.key)}) from ${files}
      where ${of(files.ownerId)} = ${of(users.id)} and ${isAvatar})`,
    now: p.now,
    from: sql`from ${users} where ${of(users.id)} = ${p.id} and exists (select 1 from ${files}
      where ${of(files.ownerId)} = ${of(users.id)} and ${isAvatar})`,
  }),
)

const eraseAvatars = statement({ id: users.id }, (p) =>
  q.delete(files).where(sql`${files.ownerId} = ${p.id} and ${files.kind} = 'avatar'`),
)

/**
 * What pictures say of themselves.
 * @noun pictures: judged, written anew, stored, served
 * @after accounts
 */
export const media = {
  name: 'media',
  tables: [files],
  erase: (_ctx, id, now) => [queueRemoval({ id, now }), eraseAvatars({ id })],
  jobs: kindsOf({ ...avatarJobs, ...mediaJobs }),
} satisfies Lifecycle
