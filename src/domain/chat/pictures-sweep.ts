// Pictures that were stored and that nothing came to point to: each upload is looked at once, an hour later.
import { eq, sql } from 'drizzle-orm'
import { conversations, media, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { assign, bare, of } from '../../db/names'
import type { Context } from '../base/context'
import { conversedColumns, conversedOf, type ConversedRow } from './conversations'
import { discardPictures } from '../media'

/** By then what was to point to an upload does, or never will. */
const uncheckedAge = 60 * 60_000
/** Whose room could not be asked for so long is kept unasked. */
const uncheckedMax = 7 * 24 * 60 * 60_000
/** Pictures that one sweep looks at: 432,000 a day. */
const picturesPerSweep = 300
/** Rooms that are asked at the same time, and messages that each is asked for at a time. */
const roomsAtOnce = 6
const messagesAtOnce = 200
/** A picture is at most so much older than its row says, beside the clock of its room, in milliseconds. */
const clockSlack = 60_000

type Unchecked = Pick<typeof media.$inferSelect, 'key' | 'conversationId' | 'createdAt'> & {
  isShown: boolean
  /** Null where it is of none, or of one that is gone. */
  conversation: ConversedRow | null
}
type OfRoom = Unchecked & { conversationId: number }

function isOfRoom(picture: Unchecked): picture is OfRoom {
  return picture.conversationId !== null
}

/**
 * Looks once at each upload of an hour ago, and removes it where nothing came to point to it: neither the
 * account nor a message.
 */
export async function sweepPictures(ctx: Context): Promise<void> {
  const now = ctx.now()
  const { rows } = await runBatch(ctx.db, {
    givenUp: giveUpChecking({ before: now - uncheckedMax }),
    rows: unchecked({ before: now - uncheckedAge }),
  })
  if (rows.length === 0) return
  const loose = rows.filter(({ isShown, conversationId }) => !isShown && conversationId === null)
  const shown = rows.filter(({ isShown }) => isShown)
  const inRooms = await sortByRooms(ctx, rows.filter(isOfRoom))
  await conclude(ctx, [...shown, ...inRooms.sent], [...loose, ...inRooms.lost])
}

async function conclude(ctx: Context, good: Unchecked[], lost: Unchecked[]): Promise<void> {
  const keysOf = (rows: Unchecked[]) => rows.map(({ key }) => key)
  await runBatch(ctx.db, { checked: markChecked({ keys: JSON.stringify(keysOf(good)) }) })
  if (lost.length > 0) await discardPictures(ctx, keysOf(lost))
}

/**
 * Which pictures of conversations were sent. Those whose room does not answer are in neither list, nor those
 * that the jobs of this invocation have left no calls for.
 */
async function sortByRooms(ctx: Context, pictures: OfRoom[]) {
  const byRoom = [...Map.groupBy(pictures, ({ conversationId }) => conversationId)]
  const [sent, lost]: [Unchecked[], Unchecked[]] = [[], []]
  for (let at = 0; at < byRoom.length && !ctx.budget.isSpent(); at += roomsAtOnce) {
    const some = byRoom.slice(at, at + roomsAtOnce).map(async ([, asked]) => {
      const since = Math.min(...asked.map(({ createdAt }) => createdAt))
      const keys = await sentSince(ctx, asked[0]!.conversation, since)
      for (const picture of asked) (keys.has(picture.key) ? sent : lost).push(picture)
    })
    for (const outcome of await Promise.allSettled(some)) {
      if (outcome.status === 'rejected') ctx.report('media.sweep', outcome.reason)
    }
  }
  return { sent, lost }
}

/** The pictures in a conversation's messages since a time, in milliseconds. */
async function sentSince(
  ctx: Context,
  found: ConversedRow | null,
  since: number,
): Promise<Set<string>> {
  const keys = new Set<string>()
  if (!found) return keys
  for (let before: number | null = null; ;) {
    const page = await ctx.rooms.history(conversedOf(found), { before, limit: messagesAtOnce })
    for (const { attachment } of page) if (attachment !== null) keys.add(attachment)
    const last = page.at(-1)
    if (!last || page.length < messagesAtOnce || last.sentAt < since - clockSlack) break
    before = last.id
  }
  return keys
}

const unchecked = statement({ before: media.createdAt }, (p) =>
  q
    .select({
      key: media.key,
      conversationId: media.conversationId,
      createdAt: media.createdAt,
      conversation: conversedColumns,
      isShown: sql<boolean>`exists (select 1 from ${users}
        where ${of(users.id)} = ${of(media.ownerId)} and ${of(users.avatar)} = ${of(media.key)})`
        .mapWith(Boolean)
        .as('is_shown'),
    })
    .from(media)
    .leftJoin(conversations, eq(conversations.id, media.conversationId))
    .where(sql`${of(media.isChecked)} = 0 and ${of(media.createdAt)} <= ${p.before}`)
    .orderBy(media.createdAt)
    .limit(picturesPerSweep),
)

const markChecked = statement({ keys: value<string>() }, (p) =>
  q.run(sql`update ${media} set ${assign(media, { isChecked: sql`1` })}
    where ${bare(media.key)} in (select value from json_each(${p.keys}))`),
)

const giveUpChecking = statement({ before: media.createdAt }, (p) =>
  q.run(sql`update ${media} set ${assign(media, { isChecked: sql`1` })}
    where ${bare(media.isChecked)} = 0 and ${bare(media.createdAt)} <= ${p.before}
      and ${bare(media.kind)} = 'chat'`),
)
