// Pictures: stored under a key that nobody can guess, with a row that says whose it is. A picture is
// shown to whoever knows its key; what may be stored is judged in `pictures/`.
import { type SQL, sql } from 'drizzle-orm'
import { media, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { of } from '../../db/names'
import {
  type Caller,
  limitError,
  me,
  requireLeftOf,
  spendIfWritten,
  whyLimited,
  writeIf,
} from '../accounts'
import type { Context, JobHandlers, StoredFile } from '../base/context'
import { DomainError, invalid } from '../base/errors'
import { jobsFrom } from '../base/jobs'
import { judgePicture, type Picture } from './pictures/judge'

export { judgePicture } from './pictures/judge'

/** Whose picture it is, and what for. */
export type Place =
  | { ownerId: number; kind: 'avatar' }
  | { ownerId: number; kind: 'chat'; conversationId: number }

/**
 * Judges and stores a file as somebody's picture, and answers with its key: the path below /media/. It is not
 * judged where its owner has no upload or room left.
 * Nothing points to it yet; one that stays so is swept.
 * @throws `fields.invalid` (path `picture`); `tries.exceeded`, `quota.exceeded`; `account.inactive` when the
 * owner has left meanwhile
 */
export async function savePicture(ctx: Context, place: Place, file: Uint8Array): Promise<string> {
  const owner: Caller = { userId: place.ownerId, sessionId: '', tokenHash: null }
  await requireLeftOf(ctx, owner, 'uploads')
  const picture = judgePicture(file)
  if (typeof picture === 'string') throw invalid({ path: ['picture'], code: picture })
  const key = newKey(place.kind, picture)
  const conversationId = place.kind === 'chat' ? place.conversationId : null
  // The row first: a file that never got one would never be found again.
  const work = {
    inserted: insertMedia(rowOf(ctx, { key, owner, kind: place.kind, conversationId }, picture)),
    spent: spendIfWritten(ctx, owner, 'uploads'),
  }
  const { inserted } = await runBatch(ctx.db, work).catch(async (error: unknown) => {
    throw await limitError(ctx, owner, 'uploads', error)
  })
  if (!inserted) throw new DomainError('account.inactive')
  await ctx.media.put(key, picture)
  return key
}

/**
 * Stores a picture that was judged as the caller's avatar-to-be, and answers with its key. A session
 * that has ended stores nothing.
 * @throws `credential.*`, `account.inactive`, `tries.exceeded`, `quota.exceeded`
 */
export async function saveAvatar(ctx: Context, caller: Caller, picture: Picture): Promise<string> {
  const key = newKey('avatar', picture)
  const row = rowOf(ctx, { key, owner: caller, kind: 'avatar', conversationId: null }, picture)
  await writeIf(ctx, caller, () => whyLimited(ctx, caller, 'uploads'), {
    inserted: insertMedia(row),
    spent: spendIfWritten(ctx, caller, 'uploads'),
  })
  await ctx.media.put(key, picture)
  return key
}

type Row = {
  key: string
  owner: Caller
  kind: keyof typeof folders
  conversationId: number | null
}

function rowOf(ctx: Context, row: Row, { type, bytes }: Picture) {
  return { ...row, type, size: bytes.length, now: ctx.now() }
}

/** Takes back a picture that nothing came to point to. */
export async function discardPicture(ctx: Context, key: string): Promise<void> {
  await discardPictures(ctx, [key])
}

/** Takes back pictures, at most 1,000. The rows last: until they are gone, the files are found again. */
export async function discardPictures(ctx: Context, keys: readonly string[]): Promise<void> {
  await ctx.media.remove(keys)
  await runBatch(ctx.db, { deleted: deleteMedia({ keys: JSON.stringify(keys) }) })
}

const folders = { avatar: 'avatars', chat: 'chat' } as const
const keyForm = /^(?:(?:avatars|chat)\/[0-9a-f]{40}\.(?:png|jpg|gif|webp)|avatars\/default\.png)$/

/** 160 random bits: whoever knows a key was shown it. */
function newKey(kind: keyof typeof folders, { extension }: Picture): string {
  const name = crypto.getRandomValues(new Uint8Array(20)).toHex()
  return `${folders[kind]}/${name}.${extension}`
}

/** What a key leads to, without its content. @throws `media.missing` */
export async function findPicture(ctx: Context, key: string): Promise<Omit<StoredFile, 'body'>> {
  const file = keyForm.test(key) ? await ctx.media.find(key) : null
  if (!file) throw new DomainError('media.missing')
  return file
}

/** A picture, or a part of it. @throws `media.missing` */
export async function readPicture(
  ctx: Context,
  key: string,
  part?: { offset: number; length: number },
): Promise<StoredFile> {
  const file = keyForm.test(key) ? await ctx.media.read(key, part) : null
  if (!file) throw new DomainError('media.missing')
  return file
}

const insertMedia = maybeRow(
  {
    key: media.key,
    owner: me,
    kind: media.kind,
    conversationId: media.conversationId,
    type: media.type,
    size: media.size,
    now: media.createdAt,
  },
  (p) =>
    q
      .insert(media)
      .select(
        q
          .select({
            key: sql`${p.key}`.as('key'),
            ownerId: users.id,
            kind: sql`${p.kind}`.as('kind'),
            conversationId: sql`${p.conversationId}`.as('conversation_id'),
            type: sql`${p.type}`.as('type'),
            size: sql`${p.size}`.as('size'),
            createdAt: sql`${p.now}`.as('created_at'),
            isChecked: sql`0`.as('is_checked'),
          })
          .from(users)
          .where(sql`${users.id} = ${p.owner} and ${users.isActive} = 1`),
      )
      .returning({ key: media.key }),
)

const deleteMedia = statement({ keys: value<string>() }, (p) =>
  q.run(sql`delete from ${media} where ${media.key} in (select value from json_each(${p.keys}))`),
)

// ── Removal ──────────────────────────────────────────────────────────────────────────────────────

/** What the account is to show instead: a path below /media/, or one that may be what it shows now. */
export type NextAvatar = { path: string; unlessShown: string }

/**
 * Lets go of the picture that the caller's account shows, if it is an upload of its own (an avatar text
 * owns nothing): its row goes, and a job removes the file. Unawaited: goes into the batch
 * before the statement that makes the account show `next`.
 */
export function releaseAvatar(ctx: Context, caller: Caller, next: NextAvatar) {
  const given = { owner: caller, path: next.path, unlessShown: next.unlessShown }
  return [queueRemoval({ ...given, now: ctx.now() }), deleteAvatar(given)] as const
}

const shownUpload = (owner: SQL, path: SQL, unlessShown: SQL) => sql`
  ${of(media.ownerId)} = ${owner} and ${of(media.kind)} = 'avatar'
  and ${of(media.key)} = (select ${of(users.avatar)} from ${users} where ${of(users.id)} = ${owner})
  and ${of(media.key)} not in (${path}, ${unlessShown})`

const queueRemoval = statement(
  { owner: me, path: media.key, unlessShown: media.key, now: value<number>() },
  (p) =>
    jobsFrom({
      kind: 'media.remove',
      key: of(media.key),
      payload: sql`json_array(${of(media.key)})`,
      now: p.now,
      from: sql`from ${media} where ${shownUpload(p.owner, p.path, p.unlessShown)}`,
    }),
)

const deleteAvatar = statement({ owner: me, path: media.key, unlessShown: media.key }, (p) =>
  q.run(sql`delete from ${media} where ${shownUpload(p.owner, p.path, p.unlessShown)}`),
)

/** Makes the caller's account show a path. Unawaited: see `releaseAvatar`. */
export const showAvatar = statement(
  { owner: me, path: users.avatar, unlessShown: users.avatar },
  (p) =>
    q
      .update(users)
      .set({
        avatar: sql`case when ${users.avatar} = ${p.unlessShown} then ${users.avatar} else ${p.path} end`,
      })
      .where(sql`${users.id} = ${p.owner}`),
)

/** Jobs of this noun. */
export const mediaJobs: JobHandlers = {
  async 'media.remove'(ctx, keys: string[]) {
    for (let at = 0; at < keys.length; at += keysPerCall) {
      await ctx.media.remove(keys.slice(at, at + keysPerCall))
    }
  },
}

// ── Pictures of a conversation that ends ─────────────────────────────────────────────────────────

/** R2 removes so many files in one call. */
const keysPerCall = 1000

/** Removes all pictures of a conversation, rows and files. */
export async function removePicturesOf(ctx: Context, conversationId: number): Promise<void> {
  for (;;) {
    const { rows } = await runBatch(ctx.db, { rows: picturesOf({ conversationId }) })
    if (rows.length === 0) return
    await discardPictures(
      ctx,
      rows.map(({ key }) => key),
    )
  }
}

const picturesOf = statement({ conversationId: media.conversationId }, (p) =>
  q
    .select({ key: media.key })
    .from(media)
    .where(sql`${media.conversationId} = ${p.conversationId}`)
    .limit(keysPerCall),
)
