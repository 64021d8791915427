// The port to services that people sign in through, and the ids that accounts are tied to them by.

/** 42's intra, the one provider so far: `platform/fortytwo.ts` speaks with it. */
export const fortyTwoId = '42'

/** What another service says about a person who signs in through it. */
export type Profile = { subject: string; login: string; email: string; picture: string }

/** Where a browser is sent to: `challenge` is the verifier's S256 (RFC 7636 §4.2). */
export type AuthorizeRequest = { state: string; challenge: string; redirectUri: string }

/** What the other service gave the browser, and what proves that it is ours to use. */
export type ProfileRequest = { code: string; verifier: string; redirectUri: string }

/** An answer from outside: the thing, a clear no (`refused`), or no proper answer (`failed`). */
export type Fetched<T> = { ok: true; got: T } | { ok: false; reason: 'refused' | 'failed' }

/**
 * A service that people sign in through (OAuth 2 with PKCE), over HTTP. No verb throws or takes longer than
 * 5 s a call.
 */
export type Provider = {
  /** How people call it. */
  name: string
  /** The address of its page that the browser is sent to. */
  authorize(request: AuthorizeRequest): Promise<Fetched<string>>
  /** Who has signed in there. */
  profile(request: ProfileRequest): Promise<Fetched<Profile>>
  /** The bytes behind a picture's link, from the provider's own hosts only; at most 2 MiB. */
  picture(link: string): Promise<Fetched<Uint8Array<ArrayBuffer>>>
}

/** By id, as accounts are tied to them: those that the deployment has set up. */
export type Providers = ReadonlyMap<string, Provider>
