// Notifications' part in leaving, in the export and in the sweep.
import { getTableColumns, sql } from 'drizzle-orm'
import {
  events,
  notifications as feed,
  notificationSettings,
  undelivered,
  users,
} from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { parsed } from '../../db/rows-in-bytes'
import { kindsOf } from '../base/jobs'
import { me } from '../accounts'
import type { Lifecycle } from '../base/lifecycle'
import { sweepStep } from '../base/lifecycle'
import { ownDataFor } from './feed'
import { tellingJobs } from './outside'
import { actorsThereFor, lineIsShownTo } from './visible'

const gone = { id: value<number>() }

const eraseFeed = statement(gone, (p) => q.delete(feed).where(sql`${feed.userId} = ${p.id}`))

const eraseSettings = statement(gone, (p) =>
  q.delete(notificationSettings).where(sql`${notificationSettings.userId} = ${p.id}`),
)

const eraseUndelivered = statement(gone, (p) =>
  q.delete(undelivered).where(sql`${undelivered.userId} = ${p.id}`),
)

// What they said in others' feeds, and in what is still to be told; the ids stay.
const eraseWords = statement(gone, (p) =>
  q
    .update(feed)
    .set({ words: '' })
    .where(sql`${feed.actorId} = ${p.id} and ${feed.words} <> ''`),
)

const eraseUntoldWords = statement(gone, (p) =>
  q
    .update(events)
    .set({ words: '' })
    .where(sql`${events.toldAt} is null and ${events.actorId} = ${p.id} and ${events.words} <> ''`),
)

const own = { caller: me }

// By what its owner sees of it, removed or not: else a block could be told from it.
const linesOf = statement(own, (p) =>
  q
    .select({
      kind: feed.kind,
      position: feed.position,
      count: feed.count,
      actors: sql<string>`(select json_group_array(${of(users.id)}) ${actorsThereFor(p.caller)})`
        .mapWith(parsed<number[]>)
        .as('actors_there'),
      data: sql<string>`${ownDataFor(p.caller)}`.mapWith(parsed<object>).as('own_data'),
      title: feed.words,
      createdAt: feed.createdAt,
      updatedAt: feed.updatedAt,
      readAt: feed.readAt,
      removedAt: feed.removedAt,
    })
    .from(feed)
    .where(sql`${feed.userId} = ${p.caller} and ${lineIsShownTo(p.caller)}`),
)

const { userId: _, ...settingsShown } = getTableColumns(notificationSettings)

const settingsOf = statement(own, (p) =>
  q
    .select(settingsShown)
    .from(notificationSettings)
    .where(sql`${notificationSettings.userId} = ${p.caller}`),
)

/** A line of a feed that nothing has moved for so long, in milliseconds. */
const keepFeed = 90 * 24 * 60 * 60_000

const sweepFeed = statement({ before: feed.updatedAt }, (p) =>
  q.run(sql`delete from ${feed} where ${feed.id} in (select ${feed.id} from ${feed}
    where ${feed.updatedAt} <= ${p.before} limit ${sql.raw(String(sweepStep))})`),
)

/**
 * What notifications say of themselves.
 * @noun what people are told, and how: each one's feed, and who is still to hear of what
 * @after webhooks
 */
export const notifications = {
  name: 'notifications',
  tables: [feed, notificationSettings, undelivered],
  erase: (_ctx, id) => [
    eraseFeed({ id }),
    eraseSettings({ id }),
    eraseUndelivered({ id }),
    eraseWords({ id }),
    eraseUntoldWords({ id }),
  ],
  held: { notifications: linesOf, notificationSettings: settingsOf },
  jobs: kindsOf(tellingJobs),
  sweep: [{ next: (now) => sweepFeed({ before: now - keepFeed }), most: sweepStep }],
} satisfies Lifecycle
