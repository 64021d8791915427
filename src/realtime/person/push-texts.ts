// What pushes say, by kind: English, a sentence for whoever alone can read it and one without anybody's names. The
// compiler demands both of each kind that is pushed.
import type { KindBy } from '../../domain/notifications'
import type { PushWords } from '../../domain/push'

/** What a push is about, as it is today; `actor` is null where it was the service. */
export type About = {
  actor: string | null
  /** Of its plan. */
  title: string | null
  /** Of its message. */
  text: string | null
  data: Readonly<Record<string, unknown>>
}

/** Without names: a sentence by itself. With them, behind the name of who did it, which is the title. */
type Texts = { bare: (about: About) => string; body: (about: About) => string; id: string }

const plan = ({ title }: About) => (title === null || title === '' ? 'a plan' : `“${title}”`)

const rsvps: Record<string, string> = {
  going: 'is going',
  maybe: 'may come',
  interested: 'is interested',
  declined: 'is not coming',
  waitlisted: 'is on the waiting list',
  removed: 'took the answer back',
}
const changes: Record<string, string> = {
  title: 'title',
  location: 'place',
  place: 'place',
  start_time: 'start',
  start: 'start',
  end_time: 'end',
  end: 'end',
  timezone: 'time zone',
}
const securityNews: Record<string, string> = {
  password_changed: 'Your password was changed.',
  email_changed: 'Your e-mail address was changed.',
  new_sign_in: 'A new device signed in to your account.',
  sign_in_attacked: 'Somebody is trying passwords at your account.',
}

const securityOf = ({ data }: About) =>
  securityNews[String(data['what'])] ?? 'Something about the safety of your account has changed.'

function changedOf({ data }: About): string {
  const names = Object.keys(data['changed'] ?? {}).flatMap((one) => changes[one] ?? [])
  return names.length === 0 ? 'changed' : `changed: ${[...new Set(names)].join(', ')}`
}

const texts: Record<KindBy<'push'>, Texts> = {
  'friend_request.received': {
    bare: () => 'You have a new friend request.',
    body: () => 'wants to be your friend.',
    id: 'request_id',
  },
  'friend_request.answered': {
    bare: () => 'Your friend request was accepted.',
    body: () => 'is your friend now.',
    id: 'request_id',
  },
  'plan.invited': {
    bare: () => 'You are invited to a plan.',
    body: (about) => `invites you to ${plan(about)}.`,
    id: 'plan_id',
  },
  'plan.changed': {
    bare: () => 'A plan has changed.',
    body: (about) => `${plan(about)} has ${changedOf(about)}.`,
    id: 'plan_id',
  },
  'plan.cancelled': {
    bare: () => 'A plan was cancelled.',
    body: () => 'A plan that you had answered was cancelled.',
    id: 'plan_id',
  },
  'rsvp.changed': {
    bare: () => 'Somebody answered your plan.',
    body: (about) => `${rsvps[String(about.data['status'])] ?? 'answered'}: ${plan(about)}.`,
    id: 'plan_id',
  },
  'rsvp.promoted': {
    bare: () => 'A place has become free for you.',
    body: (about) => `A place has become free: you go to ${plan(about)}.`,
    id: 'plan_id',
  },
  'message.created': {
    bare: () => 'You have a new message.',
    body: ({ text }) => text ?? 'You have a new message.',
    id: 'conversation_id',
  },
  'account.security': { bare: securityOf, body: securityOf, id: '' },
}

const idIn = (id: unknown) => (typeof id === 'string' || typeof id === 'number' ? String(id) : '')

/** By kind; one of a later version has none. */
export function textsOf(
  kind: string,
  appName: string,
  about: About,
): { id: string; words: PushWords; bare: PushWords } | null {
  const found = (texts as Record<string, Texts | undefined>)[kind]
  if (!found) return null
  return {
    id: idIn(about.data[found.id]),
    words: { title: about.actor ?? appName, body: found.body(about) },
    bare: { title: appName, body: found.bare(about) },
  }
}
