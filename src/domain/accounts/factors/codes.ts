// The e-mailed code of six digits, a method of the second step. Only its HMAC is stored.
import { type SQL, sql } from 'drizzle-orm'
import { codes, sessions, users } from '../../../db/schema'
import { q } from '../../../db/compile'
import { statement, value } from '../../../db/declare'
import { of } from '../../../db/names'
import type { Context } from '../../base/context'
import { keyedHash } from '../../base/secrets'
import { type Factor, isAsProved, isStepClosed } from './factor'

/** How long a code lives. */
export const codeLife = 10 * 60_000
/** Wrong tries after which a code is dead. */
const maxWrongTries = sql.raw('5')

/** A new code: six digits, each as likely as the others. */
export function newCode(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  // What is above the last whole million would make the low codes likelier.
  return random < 4_294_000_000 ? String(random % 1_000_000).padStart(6, '0') : newCode()
}

/** What of a code is stored: without the pepper a million guesses find none, nor for another account. */
export function codeHash(ctx: Context, userId: number, code: string): string {
  return keyedHash(ctx.keys, 'code', `${userId}:${code}`)
}

/** The e-mailed code. */
export const mailedCode: Factor<{ codeHash: string | null }> = {
  name: 'email',
  isOn: sql`(${of(users.codeRequired)} = 1)`,
  needsAddress: true,
  read: (ctx, userId, { code }) => ({ codeHash: code ? codeHash(ctx, userId, code) : null }),
  isRight: (part, now) => sql`exists (select 1 from ${codes}
    where ${of(codes.userId)} = ${of(users.id)} and ${of(codes.hash)} = ${part('codeHash')}
      and ${isAlive(now)})`,
  spend({ codeHash: hash }, { id, password, sessionId, wrongCodes, now }) {
    if (hash === null) return { tried: [], used: [] }
    return {
      tried: [spendTry({ id, password, hash, wrongCodes, now })],
      used: [consume({ id, hash, sessionId })],
    }
  },
  whyNot: 'signin.code_required',
  forget: forgetCodes,
}

/** A query that forgets the codes of the accounts that another names. */
export function forgetCodes(accounts: SQL) {
  return q.run(sql`delete from ${codes} where ${of(codes.userId)} in (${accounts})`)
}

/** The row of `codes` has not run out, neither its time nor its tries. */
const isAlive = (now: SQL) =>
  sql`${of(codes.expiresAt)} > ${now} and ${of(codes.wrongTries)} < ${maxWrongTries}`

const spendTry = statement(
  {
    id: users.id,
    password: users.password,
    hash: codes.hash,
    wrongCodes: value<number>(),
    now: value<number>(),
  },
  (p) =>
    q
      .update(codes)
      .set({ wrongTries: sql`${codes.wrongTries} + 1` })
      .where(
        sql`${of(codes.userId)} = ${p.id} and ${of(codes.hash)} <> ${p.hash} and ${isAlive(p.now)}
          and exists (select 1 from ${users} where ${isAsProved(p.id, p.password)}
            and ${mailedCode.isOn} and not ${isStepClosed(p.wrongCodes, p.now)})`,
      ),
)

const consume = statement({ id: codes.userId, hash: codes.hash, sessionId: sessions.id }, (p) =>
  q.delete(codes).where(
    sql`${of(codes.userId)} = ${p.id} and ${of(codes.hash)} = ${p.hash}
      and exists (select 1 from ${sessions} where ${of(sessions.id)} = ${p.sessionId})`,
  ),
)
