// What the domain is given for one request: the database, the time, the rules that a deployment can
// set, and the ports to everything outside. `platform/context.ts` builds it.
import type { Db } from '../db/client'

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

/** Something that a room writes into its conversation by itself. */
export type SystemMessage = {
  /** The same key again adds no second message. */
  key: string
  event: 'friendship.ended'
}

/** The live rooms of conversations. Each verb is idempotent; `at` orders openings and closings. */
export type Rooms = {
  systemMessage(conversationId: number, message: SystemMessage): Promise<void>
  /** Open for writing again since `at`, unless the room knows of something later. */
  open(conversationId: number, at: number): Promise<void>
  /** Closed for writing since `at`, unless the room knows of something later. */
  close(conversationId: number, at: number): Promise<void>
  /** Closes every socket in the room. */
  disconnect(conversationId: number): Promise<void>
}

/** Work outside the database that a batch has asked for (`jobs.ts`). */
export type JobHandlers = Record<string, (ctx: Context, payload: never) => Promise<void>>

/** The secrets that sign and hash. */
export type Keys = {
  /** Signs and verifies JWTs. */
  jwt: Uint8Array
  /** Verifies only: the key before the last rotation of the secret. */
  jwtPrevious?: Uint8Array
  /** Keys the HMAC of what is guessable: codes, tickets, addresses. */
  pepper: Uint8Array
}

/** The rules that a deployment can set (README, Settings). Durations in milliseconds. */
export type Rules = {
  accessTokenLife: number
  /** Life of a refresh token, and of a session since its last rotation. */
  refreshTokenLife: number
  /** Life of a session since its sign-in, however often it is renewed. */
  sessionMaxLife: number
}

/** Who is asking, as far as that can be told without the database. */
export type Client = { address: string; userAgent: string }

/** All that a domain verb needs beside its input. */
export type Context = {
  db: Db
  now: Clock
  keys: Keys
  rules: Rules
  client: Client
  blacklist: Blacklist
  media: MediaStore
  rooms: Rooms
  /** By kind of job: the one that does it. */
  jobHandlers: JobHandlers
  /** Runs work after the answer; a failure is logged and changes nothing. */
  later(work: () => Promise<unknown>): void
  /** Writes a log line about a fault that changes no answer. Never a name, address or secret in it. */
  report(event: string, error: unknown): void
}
