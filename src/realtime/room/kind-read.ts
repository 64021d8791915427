// Somebody has read up to a message: the mark moves on, and the others who asked for it are told.
import { badField } from '../../wire/errors/frame-errors'
import { ReadIn } from '../../wire/shapes/frames'
import { feedLag } from './feed'
import { readMarkFrame } from './frames'
import { type FrameKind, quick } from './kind'

/** Up to which message id its sender has read. */
export type ReadAsked = { kind: 'read'; id: number }

/** What names a read mark's frame has told already. */
const Mark = ReadIn.omit({ type: true })

/** The kind of `{"type": "read", "id"}`. */
export const read: FrameKind<ReadAsked, ReadAsked, number> = {
  name: 'read',
  ...quick,
  owns: (type) => type === 'read',
  read(frame) {
    const parsed = Mark.safeParse(frame)
    if (parsed.success) return { kind: 'read', id: parsed.data.id }
    return { kind: 'refused', ...badField(parsed.error), clientId: null }
  },
  decide: (_room, _by, asked) => asked,
  store(room, { admission }, { id }) {
    const dueAt = room.context().now() + feedLag
    const upTo = room.log.markRead(admission.userId, id, dueAt)
    if (upTo !== null) room.wake(dueAt)
    return upTo
  },
  tell({ connections }, { admission }, upTo) {
    connections.hintOthers(admission.userId, readMarkFrame(admission, upTo))
  },
}
