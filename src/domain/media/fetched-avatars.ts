// The picture that a person has at another service: fetched after the first sign-in, judged and stored as an upload.
import { and, eq, sql } from 'drizzle-orm'
import { identities, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow } from '../../db/declare'
import { type PictureJob, pictureJobKind } from '../accounts'
import type { Context, JobHandlers } from '../base/context'
import { DomainError } from '../base/errors'
import { fortyTwoId } from '../base/providers'
import { discardPicture, savePicture } from './media'

/** By kind of job: the one that does it. */
export const avatarJobs: JobHandlers = { [pictureJobKind]: fetchAvatar }

/** Gives the account its picture, unless it has one by now. What is refused is not asked for again. */
async function fetchAvatar(ctx: Context, job: PictureJob): Promise<void> {
  const { provider: id = fortyTwoId, subject, link, until } = job
  const given = { provider: id, subject }
  const { person } = await runBatch(ctx.db, { person: personWithoutAvatar(given) })
  const provider = ctx.providers.get(id)
  if (!person || !provider) return
  const fetched = await provider.picture(link)
  if (fetched.ok) return giveAvatar(ctx, person.id, fetched.got)
  if (fetched.reason === 'failed' && ctx.now() < until) throw new Error(`${id} gave no picture`)
}

async function giveAvatar(ctx: Context, userId: number, file: Uint8Array): Promise<void> {
  let key: string
  try {
    key = await savePicture(ctx, { ownerId: userId, kind: 'avatar' }, file)
  } catch (error) {
    // No picture, or one of somebody who has left meanwhile.
    if (error instanceof DomainError) return
    throw error
  }
  const { shown } = await runBatch(ctx.db, { shown: showFirstAvatar({ userId, avatar: key }) })
  if (!shown) await discardPicture(ctx, key)
}

const identity = { provider: identities.provider, subject: identities.subject }

const personWithoutAvatar = maybeRow(identity, (p) =>
  q
    .select({ id: users.id })
    .from(identities)
    .innerJoin(users, and(eq(users.id, identities.userId), eq(users.isActive, true)))
    .where(
      sql`${identities.provider} = ${p.provider} and ${identities.subject} = ${p.subject}
        and ${users.avatar} = ''`,
    ),
)

const showFirstAvatar = maybeRow({ userId: users.id, avatar: users.avatar }, (p) =>
  q
    .update(users)
    .set({ avatar: p.avatar })
    .where(and(eq(users.id, p.userId), eq(users.isActive, true), eq(users.avatar, '')))
    .returning({ id: users.id }),
)
