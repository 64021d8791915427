// Who is asking, before the database is asked, and what keeps floods and revoked tokens away from it.

/**
 * Who is asking, as far as that can be told without the database. `address` is what counts as one: an
 * IPv4 address, or the /64 of an IPv6 one; `site` is the /48 of an IPv6 one, else ''.
 */
export type Client = { address: string; site: string; userAgent: string }

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
 * Ids of refresh tokens that were revoked. It may answer late and remember misses, so a *yes* refuses
 * at once and a *no* means nothing: the database decides. Neither verb ever throws.
 */
export type Blacklist = {
  has(jti: string): Promise<boolean>
  /** `expiresAt` is the token's own, in milliseconds: nothing needs to be remembered for longer. */
  add(tokens: readonly { jti: string; expiresAt: number }[]): Promise<void>
}
