// The rooms of conversations. There are none yet, so there is nothing to tell them.
import type { Rooms } from '../domain/context'

/** Rooms that know nothing and keep nothing. */
export const noRooms: Rooms = {
  systemMessage: async () => {},
  open: async () => {},
  close: async () => {},
  disconnect: async () => {},
}
