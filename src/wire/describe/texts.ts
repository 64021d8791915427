// What /openapi.json says in words: what the service is, its contracts, and the forms of credentials.
import type { SchemeName, Tag } from './notes'

/** What the document says of itself. */
export const intro = {
  title: 'Kith',
  version: '0.1.0',
  summary: 'Accounts, address book, friends, plans and chat, over five wire contracts.',
  description: [
    'One service, one set of accounts, five contracts: who signs up through one can sign in through any other.',
    '',
    '- Every path works with and without the final slash, and never redirects for it.',
    '- A body is JSON, a form or a multipart form; an object’s fields have dotted names in a form (`location.city`). Unknown keys are ignored.',
    '- Any credential works on any path that needs one.',
    '- Lists are plain arrays; where there is more, `Link` says where it goes on.',
    '- A path that nobody answers is 404, a method that a path does not have 405 with `Allow`.',
    '- Where the service’s address is https, plain http is 308 for GET, else 403.',
    '- Answers may get further keys: ignore what you do not know.',
    '',
    'The frames of the live sockets are described in `/asyncapi.json`.',
  ].join('\n'),
  license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
}

/** The sections of the document, in its order: each by what it is, and which contract that is. */
const sections: Record<Tag, { name: string; description: string }> = {
  start: {
    name: 'Start here',
    description:
      'Making an account, signing in and out. The other sections have more ways to do so.',
  },
  A: {
    name: 'Address book',
    description: 'Contract A: sign-in with a JWT pair, and a private address book.',
  },
  B: {
    name: 'Plans and RSVPs',
    description: 'Contract B: profile, directory, friend requests, plans, RSVPs.',
  },
  C: {
    name: 'Chat and instant friends',
    description:
      'Contract C: sign-in with an e-mailed code and an opaque token, 42, instant friends, conversations.',
  },
  D: {
    name: 'Profiles and friendships',
    description:
      'Contract D: `{code, payload}` envelope; profile, search, friendships with labels, leaving.',
  },
  E: {
    name: 'Cookies and administration',
    description: 'Contract E: sign-in by cookie, user administration, permission groups.',
  },
  live: {
    name: 'Live sockets',
    description: 'Chats and one’s own events; their frames are in `/asyncapi.json`.',
  },
  more: {
    name: 'For every client',
    description: 'What no contract has: sessions, blocks, calendars, export.',
  },
  service: { name: 'The service', description: 'Its health, and its description of itself.' },
}

/** The sections of the document, in their order. */
export const tags = Object.values(sections)

/** What a section is called in the document. */
export function sectionOf(tag: Tag): string {
  return sections[tag].name
}

/** The forms of credentials, by the names that routes use for them. */
export const securitySchemes: Record<SchemeName, object> = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token: `Authorization: Bearer <access>` (contracts A, B).',
  },
  opaqueToken: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'Contract C’s opaque token: `Authorization: Token <40 hex digits>`.',
  },
  bareToken: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'An access token without a scheme word, as contract D’s clients send it.',
  },
  accessCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-access_token',
    description:
      'The access token in a cookie (contract E); on plain http, as on localhost, it is named `access_token`. A page of another origin must be listed in `CORS_ORIGINS`.',
  },
  refreshCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-refresh_token',
    description: 'The refresh token in a cookie; `refresh_token` on plain http.',
  },
  refreshHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'Bearer',
    description: 'A refresh token in contract C’s own header: `Bearer: Token <refresh>`.',
  },
  refreshBearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A refresh token: `Authorization: Bearer <refresh>`.',
  },
  ticket: {
    type: 'apiKey',
    in: 'query',
    name: 'ticket',
    description: 'A ticket of `POST /ws/ticket`: good once, for 30 seconds.',
  },
  tokenInUrl: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description: 'Contract C’s opaque token in the address, where `WS_TOKEN_IN_URL` allows it.',
  },
}
