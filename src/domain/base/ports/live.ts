// The ports to what is live: the rooms of conversations, and people's sockets.

/** Something that a room writes into its conversation by itself. */
export type SystemMessage = {
  /** The same key again adds no second message. */
  key: string
  event: 'friendship.ended'
}

/** A message as its room keeps it. Ids count 1, 2, 3 … within the conversation. */
export type StoredMessage = {
  id: number
  /** An account, or 0 for the room itself. */
  senderId: number
  clientId: string | null
  kind: 'text' | 'system'
  text: string
  /** Path below /media/. */
  attachment: string | null
  sentAt: number
}

/**
 * What has an object outside the database: its id, and the name that the object is found by ('': the id as
 * text). An object keeps the id it was first asked for and refuses any other.
 */
export type Named = { id: number; name: string }

/** A conversation with the two whose it is: its room refuses any others. */
export type Conversed = Named & { members: readonly [number, number] }

/** Somebody in a conversation, with today's name. */
export type NamedMember = { userId: number; username: string }

/** Whose socket it is: an account, through one of its sessions. `object` is the name of the person's object. */
export type SocketOwner = { userId: number; object: string; sessionId: string; signedInAt: number }

/** What a socket is let into a conversation with, as it was found good in the database at `checkedAt`. */
export type Admission = SocketOwner & {
  conversationId: number
  /** The name of the conversation's room. */
  room: string
  username: string
  closedAt: number | null
  checkedAt: number
  /** Replay what came after this message id, before anything new. */
  after: number | null
  /** Whether the socket wants to hear of typing and reading. */
  events: boolean
}

/**
 * The live rooms of conversations. Each verb is idempotent; `at` orders openings and closings. Those who
 * end somebody's access write it to the database first, then call: a socket that was let in on what the
 * database said before does not outlive the call.
 */
export type Rooms = {
  /** Opens a socket; the answer is the runtime's own upgrade. `members` are all of them, with today's names. @throws `credential.invalid`, `conversation.missing`, `tries.exceeded` */
  join(admission: Admission, members: readonly NamedMember[]): Promise<Response>
  /** Newest first: at most `limit` messages before the id `before` (null: the newest). */
  history(
    conversation: Conversed,
    page: { before: number | null; limit: number },
  ): Promise<StoredMessage[]>
  systemMessage(conversation: Conversed, message: SystemMessage): Promise<void>
  /** Open for writing again since `at`, unless the room knows of something later. */
  open(conversation: Conversed, at: number): Promise<void>
  /** Closed for writing since `at`, unless the room knows of something later. */
  close(conversation: Conversed, at: number): Promise<void>
  /** Closes every socket in the room: call it before a block is answered. */
  disconnect(conversation: Conversed): Promise<void>
  /** Forgets everything, for good: when nobody is left whose conversation it is. */
  erase(conversation: Conversed): Promise<void>
}

/** What a person is best to read anew, since they changed it on another device. */
export type Changed = { what: 'notifications' | 'notification_preferences' } | OfConversation
type OfConversation = { what: 'conversation'; conversationId: number }

/** How something is now: who is not there hears nothing, and nobody later. */
export type State = Extract<PersonEvent, { type: 'presence' }> | ({ type: 'changed' } & Changed)

/** From where an own socket hears what happened: behind a number, from now on, or (null) bare. */
export type After = number | 'now' | null

/** What happened to a person, as their object keeps it for their devices: ids and codes alone. */
export type Item = {
  /** The same again is told once: `e<event>`, `m<conversation>:<message>`. */
  key: string
  /** Of notifications' kinds. */
  kind: string
  /** When it happened, in milliseconds. */
  at: number
  /** Who did it, by today's name; left out where it was the service. */
  actor?: { id: number; name: string }
  data: Readonly<Record<string, unknown>>
  /** Its line in the feed, where it has one. */
  notificationId?: number
  /**
   * It is to be pushed too, unless a device hears of it at once: under a name that a later push with the same
   * takes the place of; `ttl` in seconds.
   */
  push?: { topic: string; urgency: 'normal' | 'high'; ttl: number }
  /** They are looking at it: a socket of theirs in the message's room has just given a sign of life. */
  here?: true
  /** What is shown of a message now and kept nowhere. */
  shown?: { unread: number; message: StoredMessage; senderName: string }
}

/** What a frame of a bare own socket tells (`/ws/me`). */
export type PersonEvent =
  | { type: 'friend_request'; requestId: number; userId: number; username: string }
  | {
      type: 'friend_request_answered'
      requestId: number
      userId: number
      username: string
      status: 'accepted' | 'rejected'
    }
  | { type: 'presence'; userId: number; username: string; isConnected: boolean }
  | {
      type: 'message'
      conversationId: number
      unread: number
      message: StoredMessage
      senderName: string
    }
  | {
      type: 'rsvp'
      planId: string
      rsvpId: string
      userId: number
      username: string
      status: string
    }

/** The live side of accounts: their sockets on all devices, wherever these are. */
export type People = {
  /** Opens the socket for a person's own events. @throws `credential.invalid`, `tries.exceeded` */
  join(owner: SocketOwner, after: After): Promise<Response>
  /**
   * Closes every socket of sessions that have ended (all: the account was deactivated or has left), in
   * every room, and refuses those that are just joining. Call it after the batch that ended them, at `at`,
   * and before the answer: when it returns, nothing goes in or out any more. Repeatable.
   */
  endSessions(person: Named, sessionIds: readonly string[] | 'all', at: number): Promise<void>
  /** After a sign-in, or whatever else may have changed a person's presence: tells the friends who are there. */
  presenceChanged(person: Named): Promise<void>
  /**
   * Tells a person what happened to them, on all devices and for those that come back. Repeatable: each item
   * is told once, by its key.
   */
  deliver(person: Named, items: readonly Item[]): Promise<void>
  /** Tells a person how something is now; never throws. */
  notify(person: Named, state: State): Promise<void>
}
