// Several people answer one plan that has too few places for them, bring guests, change their minds, and
// take it back; its host gives it more places now and then. Who gets in is the invariants' business.
import { Ledger } from './ledger'
import type { Account, Service } from './service'
import { type Stage, statesOf, type Writer } from './writer'

const places = { first: 4, last: 9 }

/** `guests`: one stage each, with the person who answers. */
export async function rsvpWriters(host: Stage, guests: Stage[]): Promise<Writer[]> {
  const plan = await makePlan(host.service, host.one)
  return [...guests.map((guest) => guestWriter(guest, plan)), hostWriter(host, plan)]
}

async function makePlan(service: Service, as: Account): Promise<string> {
  const location = { address1: '1 main st', city: 'Boston', state: 'MA', zipcode: '12345' }
  const end_time = '2099-09-28 15:00:00'
  const json = { title: 'Game Night', location, end_time, capacity: places.first }
  const { body } = await service.call('POST', '/api/plans/add/', { json, as, expect: [201] })
  return body._id
}

function guestWriter({ service, random, one: person }: Stage, plan: string): Writer {
  const ledger = new Ledger()
  const key = `answer of ${person.username}`
  let id = ''

  const wish = () => ({
    status: random.pick(['going', 'going', 'going', 'maybe', 'declined']),
    guests: random.below(3),
  })
  const stateOf = ({ status, guests }: { status: string; guests: number }) =>
    `${status === 'waitlisted' ? 'going' : status} with ${guests}`

  async function add() {
    const answer = wish()
    const options = { json: { plan_id: plan, ...answer }, as: person, expect: [201] }
    const { body } = await ledger.change(key, stateOf(answer), () =>
      service.call('POST', '/api/rsvp/add/', options),
    )
    id = body.id
  }

  async function change() {
    const [answer, before] = [wish(), ledger.get(key)]
    // Who goes and wants to bring more than there is room for keeps what they had.
    const options = { json: answer, as: person, expect: [200, 400] }
    await ledger.change(
      key,
      stateOf(answer),
      () => service.call('PATCH', `/api/rsvp/${id}/`, options),
      ({ status }) => (status === 200 ? stateOf(answer) : before),
    )
  }

  async function remove() {
    const path = random.chance(0.5) ? `/api/rsvp/${id}/delete/` : `/api/rsvp/plan/${plan}/delete/`
    const options = { as: person, expect: [200] }
    await ledger.change(key, null, () => service.call('DELETE', path, options))
  }

  return {
    name: key,
    ledger,
    async step() {
      if (ledger.get(key) === null) return add()
      return random.chance(0.6) ? change() : remove()
    },
    look({ rows }) {
      const own = 'select id, status, guests from rsvps where plan_id = ? and user_id = ?'
      const found = rows(own, plan, person.id) as { id: string; status: string; guests: number }[]
      id = found.at(0)?.id ?? ''
      return statesOf(found.map((row) => [key, stateOf(row)] as const))
    },
  }
}

function hostWriter({ service, random, one: as }: Stage, plan: string): Writer {
  const ledger = new Ledger()
  let capacity = places.first
  return {
    name: 'host',
    ledger,
    async step() {
      if (capacity < places.last && random.chance(0.02)) {
        const json = { capacity: ++capacity }
        const path = `/api/plans/${plan}/edit/`
        const request = () => service.call('PATCH', path, { json, as, expect: [200] })
        await ledger.change('capacity', String(capacity), request)
      }
      const { body } = await service.call('GET', `/api/rsvp/plan/${plan}/`, { as, expect: [200] })
      const going = (body.data as { status: string; guests: number }[]).filter(isGoing)
      const taken = going.reduce((sum, { guests }) => sum + 1 + guests, 0)
      if (taken > capacity) service.faults.push(`${taken} people go where ${capacity} may`)
    },
    look({ rows }) {
      const [row] = rows('select capacity from plans where id = ?', plan)
      capacity = row?.['capacity']
      return statesOf(capacity === places.first ? [] : [['capacity', String(capacity)]])
    },
  }
}

const isGoing = ({ status }: { status: string }) => status === 'going'
