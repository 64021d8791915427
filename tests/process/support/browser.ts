// A browser as far as sign-in needs one: it keeps cookies per origin and goes where it is sent.

export type Visit = { url: string; status: number; headers: Headers; text: string; body: any }

export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()

  /** One request, with the origin's cookies; a redirect is not followed. */
  async get(url: string): Promise<Visit> {
    const cookies = this.cookies(url)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      const gone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))
      if (gone || value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json')
    const { status, headers } = answer
    return { url, status, headers, text, body: isJson ? JSON.parse(text) : null }
  }

  /** Goes where it is sent, up to an address that begins with `until`, which is not asked for. */
  async follow(url: string, until: string): Promise<string> {
    let next = url
    for (let hops = 0; hops < 10; hops++) {
      if (next.startsWith(until)) return next
      const { status, headers, text } = await this.get(next)
      const location = headers.get('location')
      if (!location) throw new Error(`${next} answered ${status} and leads nowhere: ${text}`)
      next = new URL(location, next).href
    }
    throw new Error(`${url} leads round in circles`)
  }

  cookies(url: string): Map<string, string> {
    const { origin } = new URL(url)
    const known = this.#cookies.get(origin) ?? new Map<string, string>()
    this.#cookies.set(origin, known)
    return known
  }
}
