// Asking for an e-mailed code. All of it happens after the answer, so that neither the answer nor its
// time tells who has an account, which address it has, or whether a mail went out.
import { eq, type SQL, sql } from 'drizzle-orm'
import { codes, counters, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { type Bound, maybeRow, statement, value } from '../../../db/declare'
import { of, under } from '../../../db/names'
import type { Context } from '../../base/context'
import { spentAgain } from '../../base/counters'
import { DomainError, MailRefused } from '../../base/errors'
import { emailKey, foldCase } from '../../base/fields'
import { codeHash, codeLife, newCode } from './codes'
import { addressHash } from '../familiar'
import { recognise } from '../passwords/password-check'
import { hasRoom, mailKey, recipientHash } from '../recipients'
import { countRightly } from '../passwords/right-passwords'
import { takeTurn } from '../doors/turns'

/**
 * The waits between the tries to send, in milliseconds. With three tries of seven seconds they end
 * within the 30 seconds that production allows for work after the answer.
 */
const waits = [1_000, 4_000]

/** Who asks: a name, with the account's address or with its password; '' is neither. */
export type CodeRequest = { username: string; email: string; password: string }

/**
 * Sends a code, if the address or the password is right and no limit is closed. Tells nobody.
 * @throws `service.busy`, where there is a password
 */
export function requestCode(ctx: Context, request: CodeRequest): void {
  const end = request.password === '' ? () => {} : takeTurn(ctx)
  ctx.later(async () => {
    const sent = await find(ctx, request).finally(end)
    if (sent) await mail(ctx, sent.to, sent.code)
  })
}

async function find(ctx: Context, request: CodeRequest): Promise<Sent | null> {
  return (await byAddress(ctx, request)) ?? (await byPassword(ctx, request))
}

type Sent = { to: string; code: string }

async function byAddress(ctx: Context, { username, email }: CodeRequest): Promise<Sent | null> {
  if (email === '') return null
  const names = { usernameKey: foldCase(username), emailKey: emailKey(email) }
  const { account } = await runBatch(ctx.db, { account: accountByAddress(names) })
  return account ? writeCode(ctx, { ...account, email }) : null
}

async function byPassword(ctx: Context, request: CodeRequest): Promise<Sent | null> {
  if (request.password === '') return null
  try {
    const account = await recognise(ctx, request)
    return await writeCode(ctx, account, [account.giveBack, countRightly(ctx, account.id)])
  } catch (error) {
    // A wrong password and a closed counter are nobody's business here.
    if (error instanceof DomainError) return null
    throw error
  }
}

/** Puts a new code in place of the old one, unless a limit holds it back. */
async function writeCode(
  ctx: Context,
  { id: userId, email }: { id: number; email: string },
  tryGivenBack: Bound<unknown>[] = [],
): Promise<Sent | null> {
  const now = ctx.now()
  const code = newCode()
  const { codeResendAfter, codesSent } = ctx.rules
  const recipient = recipientHash(ctx, email)
  const asked = { userId, recipient, from: addressHash(ctx), now }
  const written = { ...asked, hash: codeHash(ctx, userId, code) }
  const { account } = await runBatch(ctx.db, {
    code: insertCode({
      ...written,
      expiresAt: now + codeLife,
      replaceable: now - codeResendAfter,
      emailKey: emailKey(email),
      most: codesSent.most,
    }),
    counted: countSent({ ...written, until: now + codesSent.window }),
    account: addressOfCode(written),
    tryGivenBack,
  })
  return account ? { to: account.email, code } : null
}

async function mail(ctx: Context, to: string, code: string): Promise<void> {
  for (const wait of [...waits, null]) {
    try {
      await ctx.mailer.send(to, { kind: 'code', code, minutes: codeLife / 60_000 })
      return
    } catch (error) {
      ctx.report('mail.code', error)
      if (wait === null || error instanceof MailRefused) return
      await ctx.wait(wait)
    }
  }
}

const accountByAddress = maybeRow(
  { usernameKey: users.usernameKey, emailKey: users.emailKey },
  (p) =>
    q
      .select({ id: users.id })
      .from(users)
      .where(sql`${users.usernameKey} = ${p.usernameKey} and ${users.emailKey} = ${p.emailKey}`),
)

const written = {
  userId: codes.userId,
  hash: codes.hash,
  now: codes.createdAt,
  recipient: value<string>(),
  from: value<string>(),
}

const insertCode = statement(
  {
    ...written,
    expiresAt: codes.expiresAt,
    replaceable: value<number>(),
    emailKey: users.emailKey,
    most: value<number>(),
  },
  (p) =>
    q
      .insert(codes)
      .select(
        q
          .select({
            userId: users.id,
            hash: sql`${p.hash}`.as('hash'),
            createdAt: sql`${p.now}`.as('created_at'),
            expiresAt: sql`${p.expiresAt}`.as('expires_at'),
            wrongTries: sql`0`.as('wrong_tries'),
          })
          .from(users)
          .where(
            sql`${of(users.id)} = ${p.userId} and ${of(users.isActive)} = 1 and ${of(users.email)} <> ''
              and ${of(users.emailKey)} = ${p.emailKey}
              and ${hasRoom(mailKey('code.sent', p), p.most, p.now)}`,
          ),
      )
      .onConflictDoUpdate({
        target: codes.userId,
        set: {
          hash: under('excluded', codes.hash),
          createdAt: under('excluded', codes.createdAt),
          expiresAt: under('excluded', codes.expiresAt),
          wrongTries: sql`0`,
        },
        setWhere: sql`${of(codes.createdAt)} <= ${p.replaceable}`,
      }),
)

const wasWritten = (p: { userId: SQL; hash: SQL; now: SQL }) => sql`
  ${of(codes.userId)} = ${p.userId} and ${of(codes.hash)} = ${p.hash}
  and ${of(codes.createdAt)} = ${p.now}`

const countSent = statement({ ...written, until: value<number>() }, (p) =>
  q
    .insert(counters)
    .select(
      q
        .select({
          key: mailKey('code.sent', p).as('key'),
          spent: sql`1`.as('spent'),
          expiresAt: sql`${p.until}`.as('expires_at'),
        })
        .from(codes)
        .where(wasWritten(p)),
    )
    .onConflictDoUpdate({
      target: counters.key,
      set: spentAgain(p.now),
    }),
)

const addressOfCode = maybeRow(written, (p) =>
  q
    .select({ email: users.email })
    .from(users)
    .innerJoin(codes, eq(codes.userId, users.id))
    .where(wasWritten(p)),
)
