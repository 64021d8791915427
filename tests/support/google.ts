// Google's two servers as far as a push needs them, as strict: an access token only for an assertion that the
// service account has signed, a message only with such a token.
import { jwtVerify } from 'jose'

/** How FCM words a refusal. */
export const fcmError = (status: number, errorCode: string, more: object[] = []) => ({
  status,
  body: {
    error: {
      code: status,
      status: errorCode,
      details: [
        { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode },
        ...more,
      ],
    },
  },
})

type Answer = { status: number; body: unknown; retryAfter?: number }
type Message = Record<string, any>

/** `key` is the service account's public half; `now` in milliseconds. */
export function createGoogle(given: {
  tokenUrl: () => string
  email: string
  key: CryptoKey | import('node:crypto').KeyObject
  now: () => number
}) {
  const google = {
    /** Assertions that were good, and messages that were taken in. */
    exchanges: 0,
    messages: [] as Message[],
    tokens: new Set<string>(),
    /** What FCM says to the next message. */
    next: (_message: Message): Answer => ({ status: 200, body: { name: 'projects/p/messages/1' } }),
    async exchange(form: string): Promise<Answer> {
      const fields = new URLSearchParams(form)
      const isGrant = fields.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer'
      try {
        const { payload } = await jwtVerify(fields.get('assertion') ?? '', given.key as never, {
          algorithms: ['RS256'],
          audience: given.tokenUrl(),
          issuer: given.email,
          currentDate: new Date(given.now()),
        })
        const isScope = payload['scope'] === 'https://www.googleapis.com/auth/firebase.messaging'
        const { exp = 0, iat = 0 } = payload
        const isHour = exp - iat === 3600
        if (!isGrant || !isScope || !isHour) throw new Error('not as it should be')
      } catch {
        return { status: 400, body: { error: 'invalid_grant' } }
      }
      const token = `ya29.${++google.exchanges}.${crypto.randomUUID()}`
      google.tokens.add(token)
      return { status: 200, body: { access_token: token, expires_in: 3599, token_type: 'Bearer' } }
    },
    send(authorization: string, json: string): Answer {
      if (!google.tokens.has(authorization.replace('Bearer ', ''))) {
        return fcmError(401, 'UNAUTHENTICATED')
      }
      const { message } = JSON.parse(json) as { message: Message }
      google.messages.push(message)
      return google.next(message)
    },
  }
  return google
}
