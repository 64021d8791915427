// A picture in a chat: judged and stored before its message is.
import type { Context } from '../domain/base/context'
import { DomainError } from '../domain/base/errors'
import { savePicture } from '../domain/media/media'
import { frameWords, issueSentence, wordsFor } from '../wire/errors/words'

/** Stores a picture; or why it is not stored, in a sentence, and whether it is to blame. Never throws. */
export async function storePicture(
  ctx: Context,
  place: { ownerId: number; conversationId: number },
  picture: Uint8Array,
): Promise<{ key: string } | { error: string; isBad: boolean }> {
  try {
    return { key: await savePicture(ctx, { ...place, kind: 'chat' }, picture) }
  } catch (error) {
    const issue = error instanceof DomainError ? error.issues[0] : undefined
    if (issue) return { error: issueSentence(issue), isBad: true }
    const isLimit = error instanceof DomainError && error.code !== 'account.inactive'
    if (isLimit) return { error: wordsFor(error), isBad: false }
    ctx.report('room.picture', error)
    return { error: frameWords.notStored, isBad: false }
  }
}
