// Every setting and secret by subject: its default and what it does. What reads the environment takes the
// defaults from here, and docs/settings.md is made from it (`npm run generate:docs`).

/** A setting as docs/settings.md shows it. */
type Setting = {
  /** What counts where nothing is set, as one would write it; '' is none. */
  fallback: string
  /** Where `fallback` does not say it: what none means. */
  shown?: string
  /** The words it takes; the first is the default. */
  words?: readonly [string, ...string[]]
  /** What it does, in Markdown. */
  about: string
}

const choice = <const W extends readonly [string, ...string[]]>(words: W, about: string) => ({
  fallback: words[0],
  words,
  about,
})

const addresses = {
  PUBLIC_URL: {
    fallback: '',
    shown: "the request's own origin",
    about:
      'where absolute links start, such as `https://api.example.org`; with https, plain http is refused (so a proxy of your own in front has to speak https to the Worker)',
  },
  CORS_ORIGINS: {
    fallback: '',
    about: 'origins of other pages that may call, exact, separated by commas',
  },
  COOKIE_SAMESITE: choice(
    ['Lax', 'Strict', 'None'],
    '`Lax`, `Strict`, or `None` (only with `CORS_ORIGINS`)',
  ),
  TOKEN_DELIVERY: choice(
    ['both', 'cookie'],
    '`cookie` keeps the tokens out of the bodies that browsers are answered with',
  ),
  WS_TOKEN_IN_URL: choice(['on', 'off'], '`off` refuses `?token=` at the chat socket'),
  WEB_APP: choice(
    ['on', 'off'],
    '`off`: there is no web app; `/app/…` is 404, and `/` answers everybody with JSON',
  ),
  DEMO_PEOPLE: {
    fallback: '',
    shown: 'nobody',
    about:
      'JSON, `[{"username", "password", "about"}]`, at most 20: the sign-in of the web app lists them. Only ever told to the machine itself (`localhost`), and never where `PUBLIC_URL` is set; `npm run demo` sets it',
  },
  SECURITY_CONTACT: {
    fallback: '',
    about:
      'whom to tell of a weakness, e-mail addresses or https links between commas: `/.well-known/security.txt` names them (404 without)',
  },
} as const satisfies Record<string, Setting>

const signIn = {
  REGISTRATION: choice(
    ['open', 'closed'],
    '`closed`: whoever would make an account for themselves is answered 403 `registration_closed`, at every door and through 42; administrators go on registering others (`POST /api/register/`)',
  ),
  ACCESS_TOKEN_SECONDS: { fallback: '900', about: 'life of an access token' },
  REFRESH_TOKEN_SECONDS: {
    fallback: '2592000',
    about: 'life of a refresh token, and of a session since its last rotation',
  },
  SESSION_MAX_SECONDS: { fallback: '15552000', about: 'life of a session since its sign-in' },
  FRESH_SIGN_IN_SECONDS: {
    fallback: '600',
    about:
      "so long after the sign-in, C's password change needs no old password, and a change of a guarded address no proof",
  },
  NAME_HELD_DAYS: {
    fallback: '0',
    about:
      'so long a name that its bearer gave up or left is held for others; 0 is free at once. A team sets 30 where people know each other by name: else whoever takes a name that was just given up is taken for its bearer',
  },
  FORTYTWO_CLIENT_ID: {
    fallback: '',
    about: 'sign-in through 42; register `<PUBLIC_URL>/oauth/callback` there',
  },
  FORTYTWO_URL: { fallback: 'https://api.intra.42.fr', about: "42's API" },
  FORTYTWO_IMAGE_HOSTS: {
    fallback: 'cdn.intra.42.fr',
    about: "hosts from which a person's picture is fetched",
  },
} as const satisfies Record<string, Setting>

const guards = {
  FLOOD_GUARD: choice(
    ['on', 'off'],
    '`off` switches the guard per address off; its numbers are in `wrangler.toml`',
  ),
  LIMIT_PASSWORD_ACCOUNT_AND_ADDRESS: {
    fallback: '10/300',
    about: 'wrong passwords of an account from one address',
  },
  LIMIT_PASSWORD_NEW_ADDRESSES: {
    fallback: '20/900',
    about: 'of an account from all addresses that are new to it',
  },
  LIMIT_PASSWORD_ADDRESS: { fallback: '30/300', about: 'from one address, whatever the account' },
  LIMIT_PASSWORD_RIGHT: { fallback: '30/300', about: 'right passwords of an account' },
  SIGN_INS_AT_ONCE: {
    fallback: '3',
    about:
      'sign-ins, sign-ups and password changes at work in one isolate; what comes beyond is 503',
  },
  LIMIT_REGISTRATIONS: {
    fallback: '20/3600',
    about: 'accounts made from one address, but by an administrator or through 42',
  },
  LIMIT_WRONG_CODES: { fallback: '10/900', about: 'wrong codes that close the second step' },
} as const satisfies Record<string, Setting>

const mail = {
  MAIL_FROM: { fallback: 'Kith <kith@localhost>', about: 'the sender of all mail' },
  CODE_RESEND_SECONDS: { fallback: '60', about: 'how long one e-mailed code holds back the next' },
  LIMIT_CODES_SENT: {
    fallback: '5/3600',
    about:
      'codes to one e-mail address, asked for from addresses that are new to its account, and as many from all that it knows together',
  },
  LIMIT_NOTICES_SENT: {
    fallback: '10/3600',
    about: 'the same for notices: password changed, new sign-in',
  },
  LIMIT_EMAIL_CHANGES: { fallback: '5/86400', about: "changes of an account's e-mail address" },
} as const satisfies Record<string, Setting>

const people = {
  INSTANT_FRIENDS: choice(['on', 'off'], "`off` turns C's `add_friend` into a request"),
  LIMIT_FRIENDS_ASKED: {
    fallback: '60/3600',
    about: 'friend requests that an account makes, instant friends too',
  },
  LIMIT_CONVERSATIONS_STARTED: { fallback: '100/86400', about: 'conversations that it starts' },
  LIMIT_PLANS: { fallback: '60/86400', about: 'plans that it makes' },
  LIMIT_CONTACTS: { fallback: '500/3600', about: 'contacts that it writes down' },
  LIMIT_INVITATIONS: { fallback: '1000/86400', about: 'people whom it invites to plans' },
  LIMIT_RSVPS: { fallback: '120/3600', about: 'answers to plans that it gives and changes' },
  LIMIT_TICKETS: { fallback: '120/3600', about: 'tickets for sockets that it asks for' },
  LIMIT_UPLOADS: {
    fallback: '100/86400',
    about: 'pictures that it uploads, avatars and those in chats',
  },
  LIMIT_EXPORTS: { fallback: '20/86400', about: 'downloads of all that is held about it' },
  LIMIT_RENAMES: {
    fallback: '10/86400',
    about: 'other usernames that it takes (each is held, with `NAME_HELD_DAYS`)',
  },
  LIMIT_SEARCHES: {
    fallback: '120/60',
    about: 'searches of its for a name or among its friends (D)',
  },
  CONTACTS_MAX: { fallback: '5000', about: 'contacts that an account may have' },
  FILES_QUOTA_BYTES: {
    fallback: '209715200',
    about: 'bytes of pictures that it may have, all together',
  },
  TEXT_QUOTA_BYTES: {
    fallback: '20971520',
    about: 'bytes of text that its contacts, plans and bio may have together',
  },
} as const satisfies Record<string, Setting>

const chat = {
  LIMIT_CHAT_MESSAGES: {
    fallback: '20/5',
    about: 'new messages of one person in one conversation',
  },
  LIMIT_FRAMES: {
    fallback: '60/1',
    about: 'frames of one socket in a conversation; more are dropped',
  },
  LIMIT_BAD_FRAMES: { fallback: '30/10', about: 'malformed frames of one socket; more close it' },
  SOCKETS_PER_PERSON: { fallback: '20', about: 'live sockets of one account' },
  DELETED_KEPT_DAYS: {
    fallback: '30',
    about: 'how long a conversation is kept that both of its people have left',
  },
} as const satisfies Record<string, Setting>

const outside = {
  OUTSIDE_HOSTS: {
    fallback: '',
    about:
      'hosts that push services and webhooks may have though they are none of the public internet, over http too, between commas, each with its port where it has one',
  },
  PUSH_HOSTS: {
    fallback:
      'fcm.googleapis.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com',
    about: 'push services whose addresses browsers may bring; `*.` stands for one name or more',
  },
  PUSH_TEXT: choice(
    ['encrypted', 'all', 'none'],
    "`encrypted`: messages' texts go by Web Push alone, which nobody between can read; `all`: through Google too; `none`: not at all",
  ),
  PUSH_LINK: {
    fallback: '',
    shown: '`<PUBLIC_URL>/app/#/go/{kind}/{id}`',
    about: 'where a tap on a push leads',
  },
  APP_NAME: {
    fallback: 'Kith',
    about: 'what people know the service by: in the web app, and over pushes that say nothing else',
  },
  VAPID_SUBJECT: {
    fallback: '',
    shown: "`PUBLIC_URL`, else `mailto:` of `MAIL_FROM`'s address",
    about: 'whom a push service turns to: an https address or `mailto:…`',
  },
  FCM_URL: { fallback: 'https://fcm.googleapis.com', about: "Google's push service" },
  FCM_TOKEN_URL: {
    fallback: 'https://oauth2.googleapis.com/token',
    about: 'where the right to use it is fetched',
  },
  LIMIT_PUSHES: {
    fallback: '300/3600',
    about: 'pushes to a person; the others are in the feed alone',
  },
  LIMIT_PUSH_SUBSCRIPTIONS: {
    fallback: '30/3600',
    about: 'devices that an account has pushes sent to, each time that one is told of',
  },
  LIMIT_PUSH_TESTS: { fallback: '5/600', about: 'pushes that an account sends to try a device' },
} as const satisfies Record<string, Setting>

const database = {
  LIBSQL_URL: { fallback: '', shown: 'D1', about: 'a libSQL database over HTTP instead of D1' },
} as const satisfies Record<string, Setting>

/** The settings as docs/settings.md has them, subject by subject. */
export const subjects: Record<string, Record<string, Setting>> = {
  'Addresses and browsers': addresses,
  'Accounts and sessions': signIn,
  'Guards at the doors (`tries/seconds`)': guards,
  'Mail (`mails/seconds`)': mail,
  'What an account may do and have (`times/seconds`)': people,
  'Live chat (`times/seconds`)': chat,
  'Pushes and webhooks (`times/seconds`)': outside,
  Database: database,
}

/** Every setting by its name. */
export const settings = {
  ...addresses,
  ...signIn,
  ...guards,
  ...mail,
  ...people,
  ...chat,
  ...outside,
  ...database,
}
/** What a variable is called. */
export type SettingName = keyof typeof settings
/** A setting that is one of some words. */
export type ChoiceName = {
  [N in SettingName]: (typeof settings)[N] extends { words: unknown } ? N : never
}[SettingName]
/** What a variable may be that takes one of some words. */
export type WordOf<N extends ChoiceName> = (typeof settings)[N]['words'][number]

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
