// The rules that a deployment can set.

/** At most `most` tries within a window that begins with the first one. `window` in milliseconds. */
export type Limit = { most: number; window: number }

/** How many wrong passwords are compared at all doors together. */
export type PasswordLimits = {
  /** For one account from one address. */
  accountAndAddress: Limit
  /** For one account from all addresses together from which it never signed in. */
  newAddresses: Limit
  /** From one address, whatever the account. */
  address: Limit
}

/** What an account may do so many times within a window. */
export type LimitName =
  /** Friend requests that are made, those of instant friends too. */
  | 'friendsAsked'
  | 'conversationsStarted'
  | 'plans'
  | 'contacts'
  /** Invitations to plans, one per person who was not invited. */
  | 'invitations'
  /** Answers to plans, made and changed: each may tell a stranger. */
  | 'rsvps'
  | 'tickets'
  /** Pictures, avatars and those in chats. */
  | 'uploads'
  | 'searches'
  /** Downloads of all that is held about the account. */
  | 'exports'
  /** Devices that are told where to push to. */
  | 'pushSubscriptions'
  | 'pushTests'

/** How much an account may have: bytes of files, bytes of texts, rows of the address book. */
export type Quotas = { files: number; texts: number; contacts: number }

/** How pushes go out. */
export type PushRules = {
  /** Hosts of push services; `*.` in front stands for one name or more. */
  hosts: readonly string[]
  /** Whom a push service turns to: an https address, or `mailto:`. */
  subject: string
  /** Whose text may go where others can read it (`PUSH_TEXT`). */
  text: 'encrypted' | 'all' | 'none'
  /** Where a tap leads, with `{kind}` and `{id}` in it; '' is nowhere. */
  link: string
  appName: string
  /** Google's addresses, without a slash at the end. */
  fcmUrl: string
  fcmTokenUrl: string
  /** Pushes to one person. */
  limit: Limit
}

/** The rules that a deployment can set (docs/settings.md). Durations in milliseconds. */
export type Rules = {
  accessTokenLife: number
  /** Life of a refresh token, and of a session since its last rotation. */
  refreshTokenLife: number
  /** Life of a session since its sign-in, however often it is renewed. */
  sessionMaxLife: number
  /** How long a conversation is kept that both sides have left. */
  desertedKept: number
  /** New messages of one person in one conversation. */
  chatMessages: Limit
  /** Frames of one socket in a conversation; more are dropped unread. */
  frames: Limit
  /** Malformed frames of one socket; more end it. */
  badFrames: Limit
  /** Live sockets of one account, in all conversations and of its own together. */
  socketsPerPerson: number
  /** Contract C's `add_friend` makes friends at once, instead of asking. */
  instantFriends: boolean
  /** How long after the sign-in some changes need no password. */
  freshSignIn: number
  passwordLimits: PasswordLimits
  /** Right passwords of one account. */
  rightPasswords: Limit
  /** Sign-ins, sign-ups and password changes that are at work in one isolate. */
  signInsAtOnce: number
  limits: Record<LimitName, Limit>
  quotas: Quotas
  /** Everybody may make an account; else administrators alone (`REGISTRATION`). */
  registrationOpen: boolean
  /** Accounts made from one address. */
  registrations: Limit
  /** How long one e-mailed code holds back the next. */
  codeResendAfter: number
  /** Codes that are sent to an address: asked for from new addresses, and from all that its account knows. */
  codesSent: Limit
  /** The same for mails that are no codes. */
  notices: Limit
  /** How long a name that was given up is held for others; 0 is not at all. */
  namesHeld: number
  /** Changes of an account's e-mail address. */
  emailChanges: Limit
  /** Changes of an account's username. */
  renames: Limit
  /** Wrong codes that close the second step, for as long as their window. */
  wrongCodes: Limit
  push: PushRules
}
