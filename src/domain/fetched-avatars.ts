// The picture that a person has at 42, fetched after the first sign-in and judged as an upload.
import { and, eq, sql } from 'drizzle-orm'
import { identities, users } from '../db/schema'
import { q, runBatch, statement } from '../db/statements'
import { type PictureJob, pictureJobKind } from './accounts/oauth'
import type { Context, JobHandlers } from './context'

/** By kind of job: the one that does it. */
export const avatarJobs: JobHandlers = { [pictureJobKind]: fetchAvatar }

/** Gives the account its picture, unless it has one by now. A picture that is refused is not asked for again. */
async function fetchAvatar(ctx: Context, { subject, link, until }: PictureJob): Promise<void> {
  const [[person]] = await runBatch(ctx.db, [personWithoutAvatar({ subject })])
  if (!person || !ctx.fortyTwo) return
  const fetched = await ctx.fortyTwo.fetchPicture(link)
  if (fetched.ok) return savePicture(ctx, person.id, fetched.got)
  if (fetched.reason === 'failed' && ctx.now() < until) throw new Error('42 gave no picture')
}

const personWithoutAvatar = statement({ subject: identities.subject }, (p) =>
  q
    .select({ id: users.id })
    .from(identities)
    .innerJoin(users, and(eq(users.id, identities.userId), eq(users.isActive, true)))
    .where(sql`${identities.provider} = '42' and ${identities.subject} = ${p.subject}
      and ${users.avatar} = ''`),
)

// TO BE REPLACED AT THE MERGE by issue 4's judging and storing (src/domain/media.ts).
async function savePicture(_ctx: Context, _userId: number, _bytes: Uint8Array<ArrayBuffer>) {}
