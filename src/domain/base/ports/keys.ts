// The secrets that sign and hash.

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
