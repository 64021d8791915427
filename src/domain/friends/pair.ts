// Two people in a statement: the caller and another, as its parameters, and the rows that are about these two.
import { type SQL, sql } from 'drizzle-orm'
import { friendRequests, friendships } from '../../db/schema'
import { value } from '../../db/declare'
import { of } from '../../db/names'
import { me, whom } from '../accounts'
import { whomThere } from '../people'

/** The caller and the other in SQL, as account ids. */
export type Pair = { caller: SQL; other: SQL }

/** The parameters of a statement about the caller and another who is there for them. */
export const pair = { caller: me, other: whomThere }

/** The same of whoever is named, there for the caller or not. */
export const named = { caller: me, other: whom }

/** The parameters of `pair` with the time of what happens, in milliseconds. */
export const pairNow = { ...pair, now: value<number>() }

/** The statement's `friend_requests` row is between these two, whoever sent it. */
export const isRequestOf = ({ caller, other }: Pair) => sql`(
  (${of(friendRequests.senderId)} = ${caller} and ${of(friendRequests.receiverId)} = ${other}) or
  (${of(friendRequests.senderId)} = ${other} and ${of(friendRequests.receiverId)} = ${caller}))`

/** The request that the other has sent to the caller waits. */
export const theirsWaits = ({ caller, other }: Pair) => sql`exists (select 1 from ${friendRequests}
  where ${of(friendRequests.senderId)} = ${other} and ${of(friendRequests.receiverId)} = ${caller}
    and ${of(friendRequests.status)} = 'pending')`

/** The statement's `friendships` row is one of the pair's two directions. */
export const isFriendshipOf = ({ caller, other }: Pair) => sql`(
  (${of(friendships.userId)} = ${caller} and ${of(friendships.friendId)} = ${other}) or
  (${of(friendships.userId)} = ${other} and ${of(friendships.friendId)} = ${caller}))`
