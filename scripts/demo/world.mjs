// The small world of `npm run demo`: who there is and what they are to each other. Hours count from now.

/**
 * The door is the contract through which somebody signs up; they can sign in through any.
 * @typedef {{ username: string, door: 'A' | 'B' | 'C' | 'E', name: [first: string, last: string],
 *   born: string, bio: string, about: string }} Someone
 */

/** @type {Someone[]} */
export const people = [
  {
    username: 'alice',
    door: 'B',
    name: ['Alice', 'Arai'],
    born: '1991-03-14',
    bio: 'Runs before breakfast.',
    about: 'administrator; requests to answer, unread messages, contacts',
  },
  {
    username: 'bob',
    door: 'A',
    name: ['Bob', 'Baker'],
    born: '1988-11-02',
    bio: 'Has a board game for every evening.',
    about: 'has a full plan tonight, with a waitlist; contacts',
  },
  {
    username: 'carol',
    door: 'B',
    name: ['Carol', 'Costa'],
    born: '1993-07-21',
    bio: 'Plans surprises.',
    about: 'has a private plan; keep it from alice',
  },
  {
    username: 'dan',
    door: 'B',
    name: ['Dan', 'Dvořák'],
    born: '1985-01-30',
    bio: 'Brings the potato salad.',
    about: 'a friend of most',
  },
  {
    username: 'erin',
    door: 'E',
    name: ['Erin', 'Eide'],
    born: '1990-05-05',
    bio: '',
    about: 'in the group Parents; waits for a place at bob’s',
  },
  {
    username: 'frank',
    door: 'A',
    name: ['Frank', 'Fischer'],
    born: '1979-12-24',
    bio: 'Plays the tuba. Loudly.',
    about: 'blocked by heidi, whom he does not find',
  },
  {
    username: 'grace',
    door: 'B',
    name: ['Grace', 'Gallo'],
    born: '1996-09-09',
    bio: 'Alto.',
    about: 'her plan is on right now',
  },
  {
    username: 'heidi',
    door: 'B',
    name: ['Heidi', 'Huber'],
    born: '1994-02-17',
    bio: 'Soprano, light sleeper.',
    about: 'has blocked frank',
  },
  {
    username: 'ivan',
    door: 'E',
    name: ['Ivan', 'Ilić'],
    born: '1982-08-08',
    bio: '',
    about: 'in the group Parents; was turned down by bob',
  },
  {
    username: 'judy',
    door: 'A',
    name: ['Judy', 'Jensen'],
    born: '1999-04-01',
    bio: '',
    about: 'has asked alice to be friends',
  },
  {
    username: 'kim',
    door: 'B',
    name: ['Kim', 'Kwon'],
    born: '1997-06-30',
    bio: 'New in town.',
    about: 'knows nobody yet; has asked alice, too',
  },
  {
    username: 'leo',
    door: 'C',
    name: ['Leo', 'Lund'],
    born: '2000-10-10',
    bio: '',
    about: 'needs an e-mailed code: POST /twofa/send-code/, then the mail',
  },
]

/** Most of an address. */
const place = { address1: '1 Main Street', city: 'Springfield', state: 'OR', zipcode: '97477' }

/**
 * Friends, by the contract through which the first asked the second; with the labels that each gives.
 * @type {{ by: 'B' | 'C' | 'D', pair: [string, string], labels?: [string, string] }[]}
 */
export const friendships = [
  { by: 'B', pair: ['alice', 'bob'], labels: ['Running', 'Neighbours'] },
  { by: 'B', pair: ['carol', 'alice'], labels: ['School', 'School'] },
  { by: 'C', pair: ['alice', 'dan'], labels: ['Running', 'Default'] },
  { by: 'D', pair: ['bob', 'carol'], labels: ['Games', 'Neighbours'] },
  { by: 'B', pair: ['dan', 'bob'] },
  { by: 'D', pair: ['carol', 'dan'], labels: ['School', 'Default'] },
  { by: 'C', pair: ['erin', 'bob'], labels: ['Games', 'Games'] },
  { by: 'D', pair: ['grace', 'heidi'], labels: ['Choir', 'Choir'] },
  { by: 'B', pair: ['grace', 'frank'], labels: ['Choir', 'Default'] },
  { by: 'C', pair: ['heidi', 'alice'] },
]

/** @type {{ by: 'B' | 'D', from: string, to: string, isRejected?: true }[]} */
export const requests = [
  { by: 'B', from: 'judy', to: 'alice' },
  { by: 'D', from: 'kim', to: 'alice' },
  { by: 'B', from: 'alice', to: 'leo' },
  { by: 'D', from: 'ivan', to: 'bob', isRejected: true },
]

export const blocks = [{ from: 'heidi', to: 'frank' }]

export const contacts = [
  {
    of: 'alice',
    first_name: 'Taro',
    last_name: 'Yamada',
    birthday: '1990-02-28',
    platform: 'LINE',
    contact_info: 'taro-y',
    note: 'Met at the spring half marathon.',
  },
  { of: 'alice', first_name: 'Noor', last_name: 'Nasser', phone_number: '+31 6 1234567' },
  { of: 'alice', first_name: 'Old', last_name: 'Landlord', note: 'Still owes me the deposit.' },
  { of: 'bob', first_name: 'Game', last_name: 'Shop', phone_number: '555-0199' },
]

/**
 * `startsIn` and `lasts` are hours. RSVPs come in this order, so the first have the places.
 * @type {{ by: string, startsIn: number, lasts: number, fields: object, invited?: string[],
 *   rsvps: { from: string, status: string, guests?: number }[] }[]}
 */
export const plans = [
  {
    by: 'bob',
    startsIn: 3,
    lasts: 4,
    fields: {
      title: 'Board games at Bob’s',
      description: 'Four chairs, so four of us.',
      location: { name: 'Bob’s flat', ...place, address2: 'Third floor' },
      capacity: 4,
    },
    rsvps: [
      { from: 'alice', status: 'going', guests: 1 },
      { from: 'carol', status: 'going' },
      { from: 'heidi', status: 'going' },
      { from: 'erin', status: 'going' },
      { from: 'dan', status: 'maybe' },
    ],
  },
  {
    by: 'grace',
    startsIn: -1,
    lasts: 2,
    fields: {
      title: 'Choir rehearsal',
      location: { name: 'Town hall', ...place, address1: '2 Town Square' },
    },
    rsvps: [
      { from: 'heidi', status: 'going' },
      { from: 'judy', status: 'declined' },
    ],
  },
  {
    by: 'alice',
    startsIn: 20,
    lasts: 1,
    fields: {
      title: 'Run along the river',
      description: 'Slow enough to talk.',
      location: { ...place, address1: 'The old bridge' },
      visibility: 'friends',
    },
    rsvps: [
      { from: 'bob', status: 'going' },
      { from: 'dan', status: 'going' },
      { from: 'carol', status: 'declined' },
    ],
  },
  {
    by: 'carol',
    startsIn: 52,
    lasts: 5,
    fields: {
      title: 'Surprise for Alice',
      description: 'Not a word!',
      location: { name: 'The Bar', ...place, address1: '7 Canal Street' },
      visibility: 'private',
    },
    invited: ['bob', 'dan'],
    rsvps: [
      { from: 'bob', status: 'going' },
      { from: 'dan', status: 'maybe' },
    ],
  },
  {
    by: 'dan',
    startsIn: -27,
    lasts: 3,
    fields: {
      title: 'Picnic in the park',
      description: 'Yesterday, and it did not rain.',
      location: { name: 'City park', ...place, address1: 'North gate' },
    },
    rsvps: [
      { from: 'alice', status: 'going' },
      { from: 'grace', status: 'going', guests: 2 },
    ],
  },
  {
    by: 'frank',
    startsIn: 30,
    lasts: 2,
    fields: {
      title: 'Tuba for beginners',
      description: 'Heidi does not see this one.',
      location: { ...place, address1: '9 Low Road' },
    },
    rsvps: [{ from: 'grace', status: 'maybe' }],
  },
]

/**
 * Who says what, and how many of the last lines each has not read.
 * @type {{ pair: [string, string], unread?: Record<string, number>,
 *   lines: { from: string, text: string, picture?: true }[] }[]}
 */
export const conversations = [
  {
    pair: ['alice', 'bob'],
    lines: [
      { from: 'bob', text: 'Are you in tonight? Four chairs, first come …' },
      { from: 'alice', text: 'In, and I bring a friend.' },
      { from: 'bob', text: 'Then that is two of the four.' },
      { from: 'alice', text: 'Look what I ran into this morning', picture: true },
      { from: 'bob', text: 'At what time was that?!' },
      { from: 'alice', text: 'You do not want to know.' },
    ],
  },
  {
    pair: ['carol', 'alice'],
    unread: { alice: 2 },
    lines: [
      { from: 'alice', text: 'Coming for a run tomorrow?' },
      { from: 'carol', text: 'Sorry, not this time.' },
      { from: 'carol', text: 'But keep the evening after next free.' },
      { from: 'carol', text: 'No reason.' },
    ],
  },
  {
    pair: ['dan', 'bob'],
    unread: { dan: 1 },
    lines: [
      { from: 'dan', text: 'Potato salad or crisps?' },
      { from: 'bob', text: 'Yes.' },
    ],
  },
  {
    pair: ['grace', 'heidi'],
    lines: [
      { from: 'grace', text: 'We are in the small hall today.' },
      { from: 'heidi', text: 'Is Frank there?' },
      { from: 'grace', text: 'You can hear that he is not.' },
    ],
  },
]
