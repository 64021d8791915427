// Blocks: what one person does so that neither exists for the other. What a block refuses stands in
// `visibility.ts`; here it is made, with all that it ends, and taken back (docs/contract.md,
// Friendship and blocks).
import { asc, sql } from 'drizzle-orm'
import { blocks, friendRequests, friendships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { count, list, maybeRow, statement, value } from '../../db/declare'
import { insertInto, of } from '../../db/names'
import { type Caller, me, readAs, whom, whomOf, writeAs } from '../accounts'
import { closeBlockedConversation, conversationWith, conversedOf } from '../chat'
import { isThereFor } from '../people'
import type { Context, Conversed } from '../base/context'
import { DomainError } from '../base/errors'
import { startTelling, telling, toldBy } from '../base/events'
import { startJobs } from '../base/jobs'
import { type Page, type PageOf, toPage } from '../base/paging'
import type { PersonSummary } from './lists'
import { endWhere } from './events'
import { isFriendshipOf, isRequestOf, type Pair } from './pair'
import { refuseByEnding } from './refusals'
import { personOf } from './requests'

/** Somebody whom the caller blocks, since `blockedAt`. */
export type BlockedPerson = PersonSummary & { blockedAt: number }

/**
 * Blocks somebody: ends friendship and open requests, closes the conversation, and puts both out of it at
 * once. Repeatable.
 * @throws `person.missing` (whoever blocks the caller too), `block.self`
 */
export async function blockPerson(ctx: Context, caller: Caller, id: number): Promise<void> {
  const done = await writeAs(ctx, caller, blocked(ctx, caller, id))
  const { person, conversations } = done
  if (person?.isMe) throw new DomainError('block.self')
  if (!person?.isBlocked) throw new DomainError('person.missing')
  for (const conversation of conversations) await disconnect(ctx, conversedOf(conversation))
  if (done.conversationTold.changes > 0) startJobs(ctx)
  startTelling(ctx, done.told)
}

function blocked(ctx: Context, caller: Caller, id: number) {
  const other = whomOf(caller, { id })
  const both = { caller, other }
  const now = ctx.now()
  return {
    refused: refuseByEnding({ ...both, received: 1, now }),
    blocked: insertBlock({ ...both, now }),
    ...closeBlockedConversation(ctx, caller, other),
    told: tellOfBlock({ ...both, ...toldBy(ctx) }),
    friendshipsEnded: endFriendship(both),
    requestsEnded: endRequests(both),
    person: blockSeen(both),
    conversations: conversationWith(both),
  }
}

/** The job does this too; without it the two could still read what the other writes until it runs. */
async function disconnect(ctx: Context, conversation: Conversed): Promise<void> {
  await ctx
    .inTime('ending', () => ctx.rooms.disconnect(conversation))
    .catch((error: unknown) => ctx.report('rooms.disconnect', error))
}

/**
 * Takes a block back. Nothing that it ended comes back, but the conversation is there to be read. Repeatable.
 * @throws `person.missing`, `block.self`
 */
export async function unblockPerson(ctx: Context, caller: Caller, id: number): Promise<void> {
  const both = { caller, other: whomOf(caller, { id }) }
  const { removed, person } = await writeAs(ctx, caller, {
    removed: deleteBlock(both),
    person: personOf(both),
  })
  if (person?.isMe) throw new DomainError('block.self')
  if (!removed && !person) throw new DomainError('person.missing')
}

/** Whom the caller blocks, by id. */
export async function listBlocks(
  ctx: Context,
  caller: Caller,
  page: PageOf<number>,
): Promise<Page<BlockedPerson, number>> {
  const { cursor, limit } = page
  const { rows } = await readAs(ctx, caller, {
    rows: blocksOf({ caller, after: cursor ?? 0, count: limit + 1 }),
  })
  return toPage(rows, limit, (last) => last.id)
}

// Behind the block nobody is there any more: hence the bare `whom`.
const pair = { caller: me, other: whom }

const blockStands = ({ caller, other }: Pair) =>
  sql`exists (select 1 from ${blocks} where
    ${of(blocks.blockerId)} = ${caller} and ${of(blocks.blockedId)} = ${other})`

// Whom the caller blocks already is not there either, and the block stays as it is.
const insertBlock = statement({ ...pair, now: blocks.createdAt }, (p) =>
  q.run(sql`${insertInto(blocks, 'blockerId', 'blockedId', 'createdAt')}
    select ${p.caller}, ${users.id}, ${p.now} from ${users}
    where ${users.id} = ${p.other} and ${users.id} <> ${p.caller} and ${isThereFor(p.caller)}
    on conflict do nothing`),
)

const tellOfBlock = statement({ ...pair, ...telling }, (p) => endWhere(p, blockStands(p)))

const endFriendship = statement(pair, (p) =>
  q.delete(friendships).where(sql`${isFriendshipOf(p)} and ${blockStands(p)}`),
)

const endRequests = statement(pair, (p) =>
  q
    .delete(friendRequests)
    .where(sql`${isRequestOf(p)} and ${friendRequests.status} <> 'rejected' and ${blockStands(p)}`),
)

const blockSeen = maybeRow(pair, (p) =>
  q
    .select({
      isMe: sql<boolean>`${of(users.id)} = ${p.caller}`.mapWith(Boolean).as('is_me'),
      isBlocked: sql<boolean>`${blockStands({ ...p, other: of(users.id) })}`
        .mapWith(Boolean)
        .as('is_blocked'),
    })
    .from(users)
    .where(sql`${users.id} = ${p.other}`),
)

const deleteBlock = maybeRow(pair, (p) =>
  q
    .delete(blocks)
    .where(sql`${blocks.blockerId} = ${p.caller} and ${blocks.blockedId} = ${p.other}`)
    .returning({ blockedId: blocks.blockedId }),
)

const blocksOf = list({ caller: me, after: users.id, count: value<number>() }, (p) =>
  q
    .select({
      id: users.id,
      username: users.username,
      avatar: users.avatar,
      blockedAt: blocks.createdAt,
    })
    .from(blocks)
    .crossJoin(users)
    .where(
      sql`${users.id} = ${blocks.blockedId} and ${blocks.blockerId} = ${p.caller} and ${blocks.blockedId} > ${p.after}
        and ${users.isActive} = 1`,
    )
    .orderBy(asc(blocks.blockedId))
    .limit(count(p.count)),
)
