// The service as its clients see it while its runtime is killed: an answer, or none.
import type { DevServer } from '../dev-server'
import { Unanswered } from './ledger'

export type Answer = { status: number; body: any }
export type Options = {
  json?: unknown
  form?: FormData
  as?: { access: string }
  headers?: Record<string, string>
  /** The statuses that are as they should be; any other is a fault. */
  expect: readonly number[]
}

export type Account = {
  id: number
  username: string
  password: string
  access: string
  refresh: string
}

export class Service {
  /** What must never happen. */
  readonly faults: string[] = []
  #isDown = false

  constructor(readonly server: DevServer) {}

  /** Kills the runtime; nothing that is said from then on counts as an answer. */
  async kill(): Promise<void> {
    this.#isDown = true
    await this.server.kill()
  }

  async restart(): Promise<void> {
    await this.server.restart()
    this.#isDown = false
  }

  /** Sends a request. @throws `Unanswered` where the runtime was killed first */
  async call(method: string, path: string, options: Options): Promise<Answer> {
    const { json, form, as, headers, expect } = options
    const answer = await this.#answerOf(path, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(as ? { authorization: `Bearer ${as.access}` } : {}),
        // The server ends a connection that rests for five seconds: on a busy machine just as it is used
        // again, and then nobody knows whether the request was heard.
        connection: 'close',
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(form ? { body: form } : {}),
    })
    if (!expect.includes(answer.status)) {
      this.faults.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    }
    return answer
  }

  async #answerOf(path: string, init: RequestInit): Promise<Answer> {
    try {
      const answer = await fetch(this.server.origin + path, init)
      const text = await answer.text()
      if (this.#isDown) throw new Unanswered()
      return { status: answer.status, body: /^[{[]/.test(text) ? JSON.parse(text) : text }
    } catch (error) {
      if (this.#isDown) throw new Unanswered()
      throw error
    }
  }

  async signUp(name: string): Promise<Account> {
    const [username, password] = [name, `${name} has a password`]
    const json = { username, password }
    const { body } = await this.call('POST', '/accounts/signup/', { json, expect: [201] })
    return { id: claimsOf(body.access).user_id, username, password, ...body }
  }

  /** Fires the timer of the jobs, as Cloudflare does every minute. */
  async fireTimer(): Promise<void> {
    const cron = encodeURIComponent('* * * * *')
    await fetch(`${this.server.origin}/cdn-cgi/local/scheduled?cron=${cron}`).catch(() => {})
  }
}

/** What a token says, unverified. */
export function claimsOf(token: string): { user_id: number; sid: string; jti: string } {
  return JSON.parse(Buffer.from(token.split('.').at(1)!, 'base64url').toString())
}
