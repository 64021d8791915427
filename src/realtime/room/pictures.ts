// A picture in a chat: judged and stored before its message is.
import type { Context } from '../../domain/base/context'
import { savePicture } from '../../domain/media'
import { type FrameError, frameErrors, pictureError } from '../../wire/errors/frame-errors'

/** Why a picture was not stored, and whether it is to blame. */
export type NoPicture = { refused: FrameError; isBad: boolean }

/** Stores a picture; or says why it is not stored. Never throws. */
export async function storePicture(
  ctx: Context,
  place: { ownerId: number; conversationId: number },
  picture: Uint8Array,
): Promise<{ key: string } | NoPicture> {
  try {
    return { key: await savePicture(ctx, { ...place, kind: 'chat' }, picture) }
  } catch (error) {
    const refused = pictureError(error)
    if (refused) return { refused, isBad: refused.code === 'bad_attachment' }
    ctx.report('room.picture', error)
    return { refused: frameErrors.notStored, isBad: false }
  }
}
