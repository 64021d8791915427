// A person's calendar: the plans that they go to, under a secret address that needs no sign-in. Only
// the address's hash is kept; a new one takes the place of the old.
import { and, desc, eq } from 'drizzle-orm'
import { calendarFeeds, plans, rsvps, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement } from '../../db/declare'
import { under } from '../../db/names'
import { type Caller, me, opaqueTokenHash, writeAs } from '../accounts'
import { planIsThereFor } from '../people'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { planColumns, type PlanFacts } from './plans'

/** A calendar holds at most so many plans: the latest starts. */
const maxPlans = 1000

/** Makes or renews one's calendar; answers its secret, which is told this once. */
export async function openCalendar(ctx: Context, caller: Caller): Promise<string> {
  const secret = crypto.getRandomValues(new Uint8Array(32)).toHex()
  await writeAs(ctx, caller, {
    put: putFeed({ me: caller, hash: opaqueTokenHash(secret), now: ctx.now() }),
  })
  return secret
}

/** Ends one's calendar, if there is one. */
export async function closeCalendar(ctx: Context, caller: Caller): Promise<void> {
  await writeAs(ctx, caller, { removed: deleteFeed({ me: caller }) })
}

/** The plans in the calendar at a secret address, by start. @throws `calendar.missing` */
export async function readCalendar(ctx: Context, secret: string): Promise<PlanFacts[]> {
  const hash = opaqueTokenHash(secret)
  const { feed, events } = await runBatch(ctx.db, {
    feed: feedOf({ hash }),
    events: plansOfFeed({ hash }),
  })
  if (!feed) throw new DomainError('calendar.missing')
  return events.toReversed()
}

/** A person's calendar address: for the batch of their deletion. Unawaited. */
export function eraseOf(id: number) {
  return [deleteFeedOf({ id })] as const
}

const putFeed = statement({ me, hash: calendarFeeds.hash, now: calendarFeeds.createdAt }, (p) =>
  q
    .insert(calendarFeeds)
    .values({ userId: p.me, hash: p.hash, createdAt: p.now })
    .onConflictDoUpdate({
      target: calendarFeeds.userId,
      set: {
        hash: under('excluded', calendarFeeds.hash),
        createdAt: under('excluded', calendarFeeds.createdAt),
      },
    }),
)

const deleteFeed = statement({ me }, (p) =>
  q.delete(calendarFeeds).where(eq(calendarFeeds.userId, p.me)),
)

const deleteFeedOf = statement({ id: calendarFeeds.userId }, (p) =>
  q.delete(calendarFeeds).where(eq(calendarFeeds.userId, p.id)),
)

const feedOf = maybeRow({ hash: calendarFeeds.hash }, (p) =>
  q
    .select({ userId: calendarFeeds.userId })
    .from(calendarFeeds)
    .innerJoin(users, and(eq(users.id, calendarFeeds.userId), eq(users.isActive, true)))
    .where(eq(calendarFeeds.hash, p.hash)),
)

const plansOfFeed = statement({ hash: calendarFeeds.hash }, (p) =>
  q
    .select(planColumns)
    .from(calendarFeeds)
    .innerJoin(rsvps, and(eq(rsvps.userId, calendarFeeds.userId), eq(rsvps.status, 'going')))
    .innerJoin(plans, eq(plans.id, rsvps.planId))
    .where(and(eq(calendarFeeds.hash, p.hash), planIsThereFor(calendarFeeds.userId)))
    .orderBy(desc(plans.sortTime), desc(plans.id))
    .limit(maxPlans),
)
