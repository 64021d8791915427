// Who may do what to whom, at every route about people: a row for each, and a route without one fails.
import { beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app'
import { allRows } from '../support/database-rows'
import { type Person, signUp } from '../support/people'
import { join } from '../support/relations'
import { type CallOptions, createWorld } from '../support/world'

const world = createWorld()

const callers = ['stranger', 'person', 'staff', 'administrator'] as const
type CallerName = (typeof callers)[number]

/** What a subject is to the caller. `foreign` is the person's, for everybody else. */
const subjects = ['own', 'foreign', 'unknown', 'malformed'] as const
type Subject = (typeof subjects)[number]

/** Statuses; where it depends on the caller, for a stranger, staff and an administrator. */
type Expected = Partial<Record<Subject, number | [number, number, number]>>

type Row = {
  route: string
  /** The path for a subject's id; its query where that names the subject. */
  path: (subject: { id: string; username: string }) => string
  given?: (caller: Person) => CallOptions
  expected: Expected
  /** What nobody gets. */
  nobody?: number
}

const fixed = (route: string, status = 200, given?: Row['given']): Row => ({
  route,
  path: () => route.slice(route.indexOf('/')),
  ...(given ? { given } : {}),
  expected: { own: status },
})

const seenByAll = { own: 200, foreign: 200, unknown: 404, malformed: 404 }
const changedByAdministrators = (done: number): Expected => ({
  own: done,
  foreign: [403, 403, done],
  unknown: 404,
  malformed: 404,
})

let given = 0
/** A body whose one value is another each time, so that what is done is seen. */
const saying = (field: string) => () => ({ json: { [field]: `value-${++given}` } })

const matrix: Row[] = [
  fixed('GET /api/profile'),
  fixed('PUT /api/profile/update', 200, saying('bio')),
  fixed('PATCH /api/profile/update', 200, saying('bio')),
  fixed('GET /api/users'),
  {
    route: 'GET /api/users/cards',
    path: ({ id }) => `/api/users/cards/?ids=${id}`,
    expected: { own: 200, foreign: 200, unknown: 200, malformed: 400 },
  },
  { route: 'GET /api/users/:id', path: ({ id }) => `/api/users/${id}/`, expected: seenByAll },
  fixed('GET /users/user_list'),
  fixed('POST /users/update', 200, saying('avatar')),
  {
    route: 'GET /users/user_info/:id',
    path: ({ id }) => `/users/user_info/${id}/`,
    expected: seenByAll,
  },
  {
    route: 'GET /users/search_users',
    path: ({ username }) => `/users/search_users/?username=${username}`,
    expected: { ...seenByAll, malformed: 400 },
  },
  fixed('GET /users/search_friends'),
  fixed('GET /users/user_details'),
  fixed('PATCH /users/user_details', 200, saying('bio')),
  fixed('PATCH /users/user_details/sensitive', 200, ({ password }) => ({
    json: { validation_password: password, phone_number: `+1234567${++given}` },
  })),
  fixed('GET /users'),
  { route: 'GET /users/:id{[0-9]+}', path: ({ id }) => `/users/${id}/`, expected: seenByAll },
  {
    route: 'PATCH /users/:id{[0-9]+}',
    path: ({ id }) => `/users/${id}/`,
    given: saying('first_name'),
    expected: changedByAdministrators(200),
  },
  fixed('GET /users/export'),
  fixed('GET /groups'),
  { route: 'GET /groups/:id', path: () => '/groups/3/', expected: { own: 200 } },
  {
    route: 'GET /media/:folder/:file',
    path: () => '/media/avatars/default.png',
    expected: { own: 200 },
    nobody: 200,
  },
  {
    route: 'DELETE /users/:id{[0-9]+}',
    path: ({ id }) => `/users/${id}/`,
    expected: changedByAdministrators(204),
  },
  fixed('DELETE /users/delete_account'),
]

/** Routes below the same paths that belong to the matrices of others. */
const elsewhere =
  /^\w+ \/users\/(?:friends|blocks|profile|add_friend|remove_friend|friend_list)(?:\/|$)/

describe('the matrix', () => {
  it('has a row for every route about people', () => {
    const routes = createApp()
      .routes.filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => /^\w+ \/(?:api\/(?:users|profile)|users|groups|media)(?:\/|$)/.test(route))
      .filter((route) => !elsewhere.test(route))
    const distinct = [...new Set(routes)].toSorted()
    expect(matrix.map(({ route }) => route).toSorted()).toEqual(distinct)
  })
})

const cells = matrix.flatMap((row) =>
  callers.flatMap((caller) =>
    subjects
      .filter((subject) => row.expected[subject] !== undefined)
      // The person is nobody foreign to itself.
      .filter((subject) => !(caller === 'person' && subject === 'foreign'))
      .map((subject) => ({ row, caller, subject, status: statusOf(row, caller, subject) })),
  ),
)

function statusOf(row: Row, caller: CallerName, subject: Subject): number {
  const expected = row.expected[subject]!
  if (typeof expected === 'number') return expected
  return expected[['stranger', 'staff', 'administrator'].indexOf(caller)]!
}

describe.each(cells)(
  '$row.route by $caller, $subject',
  ({ row, caller: name, subject, status }) => {
    it(`is ${status}`, async () => {
      const [method] = row.route.split(' ') as [string]
      // Whoever may be gone afterwards is nobody that others need.
      const people = method === 'DELETE' ? await newPeople(name) : shared
      const caller = people[name]
      const path = row.path(subjectOf(subject, caller, people.person))
      const before = await allRows()
      const answer = await world.call(method, path, { ...row.given?.(caller), as: caller })
      expect([answer.status, await changed(before)]).toEqual([
        status,
        status < 400 && method !== 'GET',
      ])
    })
  },
)

describe.each(matrix)('$route by nobody', (row) => {
  it.each(['own', 'unknown', 'malformed'] as const)('%s is refused', async (subject) => {
    const { person } = shared
    const before = await allRows()
    const path = row.path(subjectOf(subject, person, person))
    const answer = await world.call(row.route.split(' ')[0]!, path, row.given?.(person) ?? {})
    // Whose path it is not, nobody answers: before anybody is asked for a credential.
    const isNoPath = subject === 'malformed' && row.route.includes('[0-9]+')
    expect([answer.status, await changed(before)]).toEqual([
      isNoPath ? 404 : (row.nobody ?? 401),
      false,
    ])
  })
})

type People = Record<CallerName, Person>
let shared: People

beforeAll(async () => {
  shared = await newPeople(...callers)
  // So that no administrator of a test is the last one.
  await join(await signUp(world, 'root'), 'Administrators')
})

/** These, and the person whom they are strangers to. */
async function newPeople(...names: CallerName[]): Promise<People> {
  const people = {} as People
  for (const name of new Set<CallerName>([...names, 'person'])) {
    people[name] = await signUp(world, name)
    if (name === 'staff') await join(people[name], 'Staff')
    if (name === 'administrator') await join(people[name], 'Administrators')
  }
  return people
}

function subjectOf(subject: Subject, caller: Person, person: Person) {
  if (subject === 'unknown') return { id: '999999999', username: 'nobody-is-called-so' }
  if (subject === 'malformed') return { id: '12x', username: '' }
  const { id, username } = subject === 'own' ? caller : person
  return { id: String(id), username }
}

async function changed(before: unknown): Promise<boolean> {
  return JSON.stringify(await allRows()) !== JSON.stringify(before)
}
