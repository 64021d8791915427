// The table of the kinds of frame that a room takes; the first that owns a frame reads it.
import type { FrameKind } from './kind'
import { message, type MessageAsked } from './kind-message'
import { read, type ReadAsked } from './kind-read'
import { typing, type TypingAsked } from './kind-typing'

/** What a frame of some kind asks for. */
export type AskedByKind = {
  typing: TypingAsked
  read: ReadAsked
  message: MessageAsked
}

/** A kind of frame, whichever it is: what its steps hand on is its own business. */
export type AnyKind = FrameKind<any, any, any>

/** By what a frame asks for: its kind. The order is that in which they are asked whether a frame is theirs. */
export const kinds: { readonly [K in keyof AskedByKind]: FrameKind<AskedByKind[K], any, any> } = {
  typing,
  read,
  message,
}
