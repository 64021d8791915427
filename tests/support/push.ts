// Browsers as push services know them: keys of their own, at an address that a test makes up.
import { toBase64Url } from '../../src/domain/base/base64url'
import type { Context, OutsideAnswer, OutsideRequest } from '../../src/domain/base/context'

let made = 0

/** What `PushSubscription.toJSON()` gives in a browser. */
export async function subscriptionOf(endpoint = newEndpoint()) {
  const ecdh = { name: 'ECDH', namedCurve: 'P-256' }
  const pair = (await crypto.subtle.generateKey(ecdh, true, ['deriveBits'])) as CryptoKeyPair
  const point = (await crypto.subtle.exportKey('raw', pair.publicKey)) as ArrayBuffer
  const auth = crypto.getRandomValues(new Uint8Array(16))
  const keys = { p256dh: toBase64Url(new Uint8Array(point)), auth: toBase64Url(auth) }
  return { endpoint, expirationTime: null, keys }
}

/** The browser of RFC 8291's example, for tests that need no other. */
export const oneBrowser = {
  endpoint: 'https://fcm.googleapis.com/fcm/send/one-browser',
  keys: {
    p256dh:
      'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
}

export const newEndpoint = () => `https://fcm.googleapis.com/fcm/send/device-${++made}`

/** A way out that answers as the test says, and remembers what was sent. */
export function answeringOutside() {
  const sent: OutsideRequest[] = []
  const answer = (status: number, retryAfter: number | null = null, body = ''): OutsideAnswer => ({
    kind: 'answered',
    status,
    retryAfter,
    body: new TextEncoder().encode(body) as Uint8Array<ArrayBuffer>,
    ms: 7,
  })
  const outside = {
    sent,
    answer,
    next: (_request: OutsideRequest): OutsideAnswer => answer(201),
    context: (context: Context): Context => ({
      ...context,
      outside: {
        mayAsk: (url) => context.outside.mayAsk(url),
        async send(request) {
          sent.push(request)
          return outside.next(request)
        },
      },
    }),
  }
  return outside
}
