// Who acts. What the database makes of a caller, as parameters of statements, is in
// accounts/sessions/callers.ts.

/**
 * A credential whose form was checked; whether its session is good, the database says. `issuedAt` is its
 * token's, in milliseconds: left out where no token was read (a ticket, a seat in a room).
 */
export type Caller =
  | { userId: number; sessionId: string; tokenHash: null; issuedAt?: number }
  | { userId: null; sessionId: null; tokenHash: string }
