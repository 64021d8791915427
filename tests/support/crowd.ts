// Many people at once, without the price of a password each: rows written by SQL, tokens signed here.
import { database } from './database'
import type { Person } from './people'
import { forge } from './tokens'
import type { World } from './world'

let made = 0

/** Accounts that are signed in, one per name: `alice` becomes `alice.17`. No password is theirs. */
export async function makePeople<const N extends string[]>(
  world: World,
  ...names: N
): Promise<{ [K in keyof N]: Person }> {
  const usernames = names.map((name) => `${name}.${++made}`)
  const ids = await insertAccounts(world, usernames)
  const now = world.clock.now
  const people = ids.map((id, i) => ({ id, username: usernames[i]!, session: `crowd-${id}` }))
  await database
    .prepare(
      `insert into sessions (id, user_id, created_at, last_used_at, expires_at)
      select 'crowd-' || value, value, ?1, ?1, ?2 from json_each(?3)`,
    )
    .bind(now, now + 180 * 24 * 60 * 60_000, JSON.stringify(ids))
    .run()
  const signedIn = people.map(async ({ id, username, session }) => ({
    id,
    username,
    password: '',
    refresh: '',
    access: await accessFor(world, id, session),
  }))
  return (await Promise.all(signedIn)) as { [K in keyof N]: Person }
}

/** Accounts that nobody signs in to: `count` of them, as part of a large service. */
export async function addStrangers(world: World, count: number): Promise<number[]> {
  const usernames = Array.from({ length: count }, () => `stranger.${++made}`)
  return insertAccounts(world, usernames)
}

async function insertAccounts(world: World, usernames: string[]): Promise<number[]> {
  const { results } = await database
    .prepare(
      `insert into users (username, username_key, joined_at) select value, value, ?1 from json_each(?2)
      returning id`,
    )
    .bind(world.clock.now, JSON.stringify(usernames))
    .all<{ id: number }>()
  return results.map(({ id }) => id)
}

function accessFor(world: World, userId: number, sid: string): Promise<string> {
  const iat = Math.floor(world.clock.now / 1000)
  const jti = userId.toString(16).padStart(32, '0')
  return forge({ token_type: 'access', exp: iat + 900, iat, jti, user_id: userId, sid })
}
