// The secrets.

/** Every secret by its name, with what it is for. */
export const secrets = {
  JWT_SECRET: 'required; signs access and refresh tokens',
  HASH_PEPPER: 'required; keys the hashes of codes, tickets and addresses',
  JWT_SECRET_PREVIOUS: 'verifies only: see [rotating a secret](operate.md#rotating-a-secret)',
  PASSWORD_ENCRYPTION_JWK:
    "the private P-256 key of contract D's encrypted passwords; its public half is at `/.well-known/jwks.json`",
  SEAL_KEY:
    'seals what has to be read again, addresses of pushes and secrets of webhooks: 32 random bytes in base64; without it there are neither',
  SEAL_KEY_PREVIOUS: 'opens only: see [rotating a secret](operate.md#rotating-a-secret)',
  VAPID_PRIVATE_JWK:
    'the private P-256 key by which push services know this server; its public half is at `/api/push/key/`',
  VAPID_PRIVATE_JWK_PREVIOUS: 'serves devices that subscribed under it, until they do so anew',
  FCM_SERVICE_ACCOUNT: "Google's JSON file of a service account: pushes to apps through FCM",
  FORTYTWO_CLIENT_SECRET: 'sign-in through 42; goes with `FORTYTWO_CLIENT_ID`',
  SMTP_URL:
    '`smtp://user:password@host:587` (STARTTLS) or `smtps://…`: mail by SMTP instead of the `send_email` binding',
  LIBSQL_AUTH_TOKEN: 'goes with `LIBSQL_URL`',
} as const
/** What a secret is called. */
export type SecretName = keyof typeof secrets
