// 42 as a double, for what no real server can be brought to do: any profile, any answer, at once. The
// real thing over HTTP is in tests/process/oauth.test.ts.
import type { Fetched, Profile, ProfileRequest, Provider } from '../../src/domain/base/providers'
import type { Answer, World } from './world'

export type FortyTwoDouble = Provider & {
  /** What the next profile request is answered with. */
  answer: Fetched<Profile>
  asked: ProfileRequest[]
  pictureAnswer: Fetched<Uint8Array<ArrayBuffer>>
  pictures: string[]
}

let people = 0

/** A person at 42, known here to nobody yet. */
export function profileOf(login: string, more: Partial<Profile> = {}): Profile {
  people++
  return { subject: String(90_000 + people), login, email: '', picture: '', ...more }
}

export function fortyTwoDouble(): FortyTwoDouble {
  const double: FortyTwoDouble = {
    answer: { ok: false, reason: 'failed' },
    asked: [],
    name: '42',
    pictureAnswer: { ok: false, reason: 'failed' },
    pictures: [],
    authorize: async (request) => ({
      ok: true,
      got: `https://42.test/?${new URLSearchParams(request).toString()}`,
    }),
    profile: async (request) => {
      double.asked.push(request)
      return double.answer
    },
    picture: async (link) => {
      double.pictures.push(link)
      return double.pictureAnswer
    },
  }
  return double
}

/** A browser that has been sent to 42: what its cookie holds, and what 42 was told. */
export type Sent = { cookie: string; state: string; query: URLSearchParams }

/** Begins a sign-in in a browser of its own. */
export async function authorize(world: World, next?: string): Promise<Sent> {
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  const { status, headers, text } = await world.call('GET', `/oauth/authorize${query}`)
  if (status !== 302) throw new Error(`/oauth/authorize answered ${status}: ${text}`)
  const sent = new URL(headers.get('location')!).searchParams
  const cookie = headers.getSetCookie()[0]!.split(';', 1)[0]!
  return { cookie, state: sent.get('state')!, query: sent }
}

/** Comes back from 42; without a cookie, in another browser. */
export function callback(
  world: World,
  given: { cookie?: string; state?: string; code?: string; error?: string },
): Promise<Answer> {
  const { cookie, ...query } = given
  const path = `/oauth/callback?${new URLSearchParams(query).toString()}`
  return world.call('GET', path, { headers: cookie ? { cookie } : {} })
}
