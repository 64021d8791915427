// Who acts. What the database makes of a caller, as parameters of statements, is in
// accounts/sessions/callers.ts.
import type { Right } from './rights'

/**
 * A credential whose form was checked; whether its session is good, the database says. `issuedAt` is its
 * token's, in milliseconds: left out where no token was read (a ticket, an admission to a room).
 */
export type Caller =
  | { userId: number; sessionId: string; tokenHash: null; issuedAt?: number }
  | { userId: null; sessionId: null; tokenHash: string }

/** A person who acts for themselves, behind their session. */
export type SessionActor = { kind: 'session'; caller: Caller }
/** Somebody of the staff who acts on others, by a right. */
export type StaffActor = { kind: 'staff'; caller: Caller; right: Right }
/** The service itself: its timer, or whoever runs it. */
export type SystemActor = {
  kind: 'system'
  name: 'timer' | 'import' | 'takeover' | 'operator'
}

/** Who acts: what they write goes through the guard of their kind (`asStaff`, `asSystem`). */
export type Actor = SessionActor | StaffActor | SystemActor
