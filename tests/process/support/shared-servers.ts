// The servers that several files share, by what they have to do: a new file takes one of these, and starts
// a server of its own only where it kills it or needs it all.
import { portOf, sharedServer, type SharedServer } from './pool'

/** For whoever talks a lot: no limit on messages and frames. */
export const talkativeServer = (): Promise<SharedServer> =>
  sharedServer({ LIMIT_CHAT_MESSAGES: '1000000/5', LIMIT_FRAMES: '1000000/1' })

/** For whoever runs into limits: two wrong passwords, 100 messages in two seconds, all else as it comes. */
export const strictServer = (): Promise<SharedServer> =>
  sharedServer({ LIMIT_CHAT_MESSAGES: '100/2', LIMIT_PASSWORD_ACCOUNT_AND_ADDRESS: '2/300' })

/** Who the service is at 42. */
export const clientId = 'kith of the tests'
export const clientSecret = 's-s4t2ud-of the tests'

/** What tests open beside the browsers' server, each at a port that the server is told of. */
export const placeOf = {
  pages: () => portOf('pages'),
  clientPages: () => portOf('pages with the client'),
  fortyTwo: () => portOf('42'),
}

/** For browsers: lists an app's origin and those of the pages, and knows 42 on loopback. */
export async function browsersServer(): Promise<SharedServer> {
  const [pages, clientPages, fortyTwo] = await Promise.all([
    placeOf.pages(),
    placeOf.clientPages(),
    placeOf.fortyTwo(),
  ])
  const origins = [pages, clientPages].map((port) => `http://localhost:${port}`)
  return sharedServer({
    CORS_ORIGINS: ['https://app.example.org', ...origins].join(),
    FORTYTWO_CLIENT_ID: clientId,
    FORTYTWO_CLIENT_SECRET: clientSecret,
    FORTYTWO_URL: `http://127.0.0.1:${fortyTwo}`,
  })
}
