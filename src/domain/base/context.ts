// What the domain is given for one request: the database, the time, the rules that a deployment can
// set, and the ports to everything outside. `platform/context.ts` builds it.
import type { Db } from '../../db/client'
import type { Providers } from './providers'

/** Now, in milliseconds since 1970. */
export type Clock = () => number

/**
 * Ids of refresh tokens that were revoked. It may answer late and remember misses, so a *yes* refuses
 * at once and a *no* means nothing: the database decides. Neither verb ever throws.
 */
export type Blacklist = {
  has(jti: string): Promise<boolean>
  /** `expiresAt` is the token's own, in milliseconds: nothing needs to be remembered for longer. */
  add(tokens: readonly { jti: string; expiresAt: number }[]): Promise<void>
}

/** A mail, by what it is for: `platform/mail/texts.ts` has the words. Times in milliseconds. */
export type Mail =
  | { kind: 'code'; code: string; minutes: number }
  | { kind: 'password_changed' }
  | { kind: 'email_changed' }
  | { kind: 'wrong_passwords' }
  | { kind: 'new_sign_in'; at: number; userAgent: string }

/** Sends mail to an address. Rejects when it was not taken: `MailRefused` where it never will be. */
export type Mailer = { send(to: string, mail: Mail): Promise<void> }

/** A try of a job: `attempt` counts from 1; `signal` is aborted when its time is over. */
export type Turn = { attempt: number; signal: AbortSignal }

/** Work outside the database that a batch has asked for (`jobs.ts`); `again`: to be gone on with then. */
export type JobRun = (ctx: Context, payload: never, turn: Turn) => Promise<void | { again: number }>

/** By kind of job: what does it. */
export type JobHandlers = Record<string, JobRun>

/**
 * By kind of job: what does it, and after how many failures in a row it is parked or, where that is said,
 * given up.
 */
export type JobKinds = Record<string, { cap: number; isGivenUp?: boolean; run: JobRun }>

/** How much one invocation may still do: calls of objects, strangers and the database, and time. */
export type Budget = { isSpent(): boolean }

/** A file as it is served: whole, a part of it, or (`body` null) one that the asker already has. */
export type StoredFile = {
  type: string
  size: number
  etag: string
  /** Never changes under its key. */
  isImmutable: boolean
  body: ReadableStream | null
}

/** Where pictures are kept; keys are paths below /media/. */
export type MediaStore = {
  /** Size, type and etag alone. */
  find(key: string): Promise<Omit<StoredFile, 'body'> | null>
  /** The file, or `part` of it (in bytes, inside its size). */
  read(key: string, part?: { offset: number; length: number }): Promise<StoredFile | null>
  put(key: string, file: { type: string; bytes: Uint8Array }): Promise<void>
  /** Removes files, at most 1,000; those that are not there too. */
  remove(keys: readonly string[]): Promise<void>
}

/** That an account has left: by the name of its object, since a restore may hand its id out again. */
export type Erasure = { id: number; object: string; at: number }

/** Who has left, kept outside the database for when that is restored. */
export type Erasures = {
  note(erasure: Erasure): Promise<void>
  /** Some at a time; `next` is the cursor of the rest. */
  list(cursor: string | null): Promise<{ erasures: Erasure[]; next: string | null }>
}

/** The files of the service's own pages, as its build left them. */
export type PageFiles = {
  /** A file by its path; null where there is none. */
  read(path: string): Promise<{ etag: string; body: ReadableStream | null } | null>
}

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

/** Whose socket it is: an account, through one of its sessions. `object` is the name of the person's object. */
export type Pass = { userId: number; object: string; sessionId: string; signedInAt: number }

/** A socket's place in a conversation, as it was found good in the database at `checkedAt`. */
export type Seat = Pass & {
  conversationId: number
  /** The name of the conversation's room. */
  room: string
  username: string
  otherId: number
  otherName: string
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
  /** Opens a socket; the answer is the runtime's own upgrade. @throws `credential.invalid`, `conversation.missing`, `tries.exceeded` */
  join(seat: Seat): Promise<Response>
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

/** Something that a person is told on all devices (`/ws/me`). Not kept: who is not there hears nothing. */
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
  join(pass: Pass): Promise<Response>
  /**
   * Closes every socket of sessions that have ended (all: the account was deactivated or has left), in
   * every room, and refuses those that are just joining. Call it after the batch that ended them, at `at`,
   * and before the answer: when it returns, nothing goes in or out any more. Repeatable.
   */
  endSessions(person: Named, sessionIds: readonly string[] | 'all', at: number): Promise<void>
  /** After a sign-in, or whatever else may have changed a person's presence: tells the friends who are there. */
  presenceChanged(person: Named): Promise<void>
  /** Tells a person something; never throws. */
  notify(person: Named, event: PersonEvent): Promise<void>
}

/** The secrets that sign and hash. */
export type Keys = {
  /** Signs and verifies JWTs. */
  jwt: Uint8Array
  /** Verifies only: the key before the last rotation of the secret. */
  jwtPrevious?: Uint8Array
  /** Keys the HMAC of what is guessable: codes, tickets, addresses. */
  pepper: Uint8Array
  /** The private half opens passwords that D's clients encrypt for the public one. */
  passwords?: PasswordKey
}

/** An EC P-256 key pair as JWK (RFC 7517); `d` is the private part and leaves the service never. */
export type PasswordKey = { kty: 'EC'; crv: 'P-256'; x: string; y: string; d: string; kid: string }

/** At most `most` tries within a window that begins with the first one. `window` in milliseconds. */
export type Limit = { most: number; window: number }

/** How many wrong passwords are compared at all doors together. */
export type PasswordLimits = {
  /** For one account from one address. */
  accountAndAddress: Limit
  /** For one account from all addresses together from which it never signed in. */
  newAddresses: Limit
  /** From one address, whatever the account. */
  address: Limit
}

/** What an account may do so many times within a window. */
export type LimitName =
  /** Friend requests that are made, those of instant friends too. */
  | 'friendsAsked'
  | 'conversationsStarted'
  | 'plans'
  | 'contacts'
  /** Invitations to plans, one per person who was not invited. */
  | 'invitations'
  | 'tickets'
  /** Pictures, avatars and those in chats. */
  | 'uploads'
  | 'searches'

/** How much an account may have: bytes of files, bytes of texts, rows of the address book. */
export type Quotas = { files: number; texts: number; contacts: number }

/** The rules that a deployment can set (README, Settings). Durations in milliseconds. */
export type Rules = {
  accessTokenLife: number
  /** Life of a refresh token, and of a session since its last rotation. */
  refreshTokenLife: number
  /** Life of a session since its sign-in, however often it is renewed. */
  sessionMaxLife: number
  /** How long a conversation is kept that both sides have left. */
  desertedKept: number
  /** New messages of one person in one conversation. */
  chatMessages: Limit
  /** Frames of one socket in a conversation; more are dropped unread. */
  frames: Limit
  /** Malformed frames of one socket; more end it. */
  badFrames: Limit
  /** Live sockets of one account, in all conversations and of its own together. */
  socketsPerPerson: number
  /** Contract C's `add_friend` makes friends at once, instead of asking. */
  instantFriends: boolean
  /** How long after the sign-in some changes need no password. */
  freshSignIn: number
  passwordLimits: PasswordLimits
  /** Right passwords of one account. */
  rightPasswords: Limit
  /** Sign-ins, sign-ups and password changes that are at work in one isolate. */
  signInsAtOnce: number
  limits: Record<LimitName, Limit>
  quotas: Quotas
  /** Accounts made from one address. */
  registrations: Limit
  /** How long one e-mailed code holds back the next. */
  codeResendAfter: number
  /** Codes that are sent to an address: asked for from new addresses, and from each that its account knows. */
  codesSent: Limit
  /** The same for mails that are no codes. */
  notices: Limit
  /** How long a name that was given up is held for others; 0 is not at all. */
  namesHeld: number
  /** Changes of an account's e-mail address. */
  emailChanges: Limit
  /** Wrong codes that close the second step, for as long as their window. */
  wrongCodes: Limit
}

/** What floods are counted by: what a request wants, before anything is known about who sends it. */
export type FloodKind = 'signIn' | 'refresh' | 'anonymous'

/**
 * Keeps floods away from an address, coarsely and per location. What an account may do is counted in
 * the database.
 */
export type FloodGuard = {
  /** Counts a request of the client's address; false when there were too many. Never throws. */
  admits(kind: FloodKind): Promise<boolean>
}

/**
 * Who is asking, as far as that can be told without the database. `address` is what counts as one: an
 * IPv4 address, or the /64 of an IPv6 one; `site` is the /48 of an IPv6 one, else ''.
 */
export type Client = { address: string; site: string; userAgent: string }

/** What is waited for, by how long one can wait for it (`platform/deadlines.ts`). */
export type Patience =
  | 'kv'
  | 'kvWrite'
  | 'room'
  | 'ending'
  | 'object'
  | 'objectWithDatabase'
  | 'd1'
  | 'r2'
  | 'mail'
  | 'job'

/** Waits for something outside, no longer than one can wait for it; then it has failed. */
export type InTime = <T>(patience: Patience, work: () => Promise<T>) => Promise<T>

/** All that a domain verb needs beside its input. */
export type Context = {
  db: Db
  now: Clock
  keys: Keys
  rules: Rules
  client: Client
  blacklist: Blacklist
  mailer: Mailer
  providers: Providers
  media: MediaStore
  erasures: Erasures
  pages: PageFiles
  rooms: Rooms
  people: People
  floodGuard: FloodGuard
  /** By kind of job: what does it. */
  jobKinds: JobKinds
  /** Who tells of what this request has done: random, its own. */
  runner: string
  /** One for all jobs of the invocation. */
  budget: Budget
  /** Runs work after the answer; a failure is logged and changes nothing. */
  later(work: () => Promise<unknown>): void
  /** Waits between two tries of something outside, in milliseconds. */
  wait(milliseconds: number): Promise<void>
  /** For what the ports' own deadlines do not suit. */
  inTime: InTime
  /** Writes a log line about a fault that changes no answer. Never a name, address or secret in it. */
  report(event: string, error: unknown): void
}
