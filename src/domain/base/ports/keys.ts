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
  /** Seals what has to be read again (`base/seal.ts`): 32 bytes. */
  seal?: Uint8Array<ArrayBuffer>
  /** Opens only: the key before the last rotation. */
  sealPrevious?: Uint8Array<ArrayBuffer>
  /** Says to push services who we are (RFC 8292). */
  vapid?: PasswordKey
  /** The same for whoever subscribed under the key before. */
  vapidPrevious?: PasswordKey
  /** The account at Google by which pushes reach phones. */
  fcm?: FcmAccount
}

/** What of Google's file of a service account is needed; `privateKey` is PKCS #8 in PEM. */
export type FcmAccount = { projectId: string; email: string; keyId: string; privateKey: string }

/** An EC P-256 key pair as JWK (RFC 7517); `d` is the private part and leaves the service never. */
export type PasswordKey = { kty: 'EC'; crv: 'P-256'; x: string; y: string; d: string; kid: string }
