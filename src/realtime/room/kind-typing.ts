// Somebody types: told to the others who asked for it, stored nowhere.
import { typingFrame } from './frames'
import { type FrameKind, quick } from './kind'

/** There is nothing to it but that it is sent. */
export type TypingAsked = { kind: 'typing' }

/** The kind of `{"type": "typing"}`. */
export const typing: FrameKind<TypingAsked, TypingAsked, TypingAsked> = {
  name: 'typing',
  ...quick,
  owns: (type) => type === 'typing',
  read: () => ({ kind: 'typing' }),
  decide: ({ log }, { admission }, asked) => (log.mayType(admission.userId) ? asked : null),
  store: (_room, _by, asked) => asked,
  tell({ connections }, { admission }) {
    connections.hintOthers(admission.userId, typingFrame(admission))
  },
}
