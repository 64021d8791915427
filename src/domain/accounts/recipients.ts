// How much mail goes to one address, whichever account asks for it: two counters per recipient, of what is
// asked for from addresses that are new to the account and of what all that it knows ask for together, so that
// no stranger uses up the owner's. The recipient is stored as an HMAC only.
import { type SQL, sql } from 'drizzle-orm'
import { counters } from '../../db/schema'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import type { Context } from '../base/context'
import { emailKey } from '../base/fields'
import { anyWritten, isFull, noEnd, spendOrFail, tryOf } from '../base/counters'
import { keyedHash } from '../base/secrets'
import { addressHash, isKnownTo } from './familiar'

/** A mail that an account's request asks for. `from` is the hash of where it comes from. */
export type Mailing = { userId: number; recipient: string; from: string; most: number; now: number }

/** The address, as it is counted: one mailbox is one, however its domain is written. */
export function recipientHash(ctx: Context, email: string): string {
  return keyedHash(ctx.keys, 'recipient', emailKey(email))
}

/** A notice to an account's address: what `mayBeMailed` and `countMailed` are given. */
export function noticeTo(ctx: Context, userId: number, email: string): Mailing {
  const { most } = ctx.rules.notices
  const from = addressHash(ctx)
  return { userId, recipient: recipientHash(ctx, email), from, most, now: ctx.now() }
}

type Parts = { userId: SQL; recipient: SQL; from: SQL }

/**
 * The counter of a kind of mail. Known addresses share one, however many they are: else whoever shares some of
 * them with the account, or has accounts of their own that were at the recipient's, had as many mails sent.
 */
export const mailKey = (kind: string, { userId, recipient, from }: Parts) =>
  sql`${`${kind}/`} || ${recipient} ||
    case when ${isKnownTo(userId, from)} then '/known' else '' end`

/** The counter leaves room for one more mail. */
export const hasRoom = (key: SQL, most: SQL, now: SQL) => sql`not exists (select 1 from ${counters}
  where ${of(counters.key)} = ${key} and ${isFull(most, now)})`

/** A condition for the job that mails a notice. */
export const mayBeMailed = (part: (name: keyof Mailing) => SQL) => {
  const parts = { userId: part('userId'), recipient: part('recipient'), from: part('from') }
  return hasRoom(mailKey('mail.notices', parts), part('most'), part('now'))
}

/** Counts a notice if the statement just before it in the batch has asked for its job. Unawaited. */
export function countMailed(ctx: Context, mailing: Mailing) {
  const { userId, recipient, from, now } = mailing
  return countNotice({ userId, recipient, from, now, window: ctx.rules.notices.window })
}

const countNotice = statement(
  {
    userId: value<number>(),
    recipient: value<string>(),
    from: value<string>(),
    window: value<number>(),
    now: counters.expiresAt,
  },
  (p) =>
    spendOrFail({
      tries: tryOf({ key: mailKey('mail.notices', p), most: noEnd, window: p.window }),
      units: anyWritten,
      now: p.now,
    }),
)
