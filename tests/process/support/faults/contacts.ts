// Writes an address book: contacts are made, changed and deleted.
import { Ledger } from './ledger'
import { type Stage, statesOf, type Writer } from './writer'

export function contactWriter({ service, random, one: as }: Stage): Writer {
  const ledger = new Ledger()
  const ids = new Map<string, number>()
  let made = 0

  async function create() {
    const [key, note] = [`contact ${++made}`, 'new']
    const json = { first_name: key, last_name: 'Yamada', note }
    const request = () => service.call('POST', '/friends/', { json, as, expect: [201] })
    const { body } = await ledger.change(key, note, request)
    ids.set(key, body.id)
  }

  async function change(key: string) {
    const json = { note: `note ${random.below(1000)}` }
    const path = `/friends/${ids.get(key)}/`
    await ledger.change(key, json.note, () =>
      service.call('PATCH', path, { json, as, expect: [200] }),
    )
  }

  async function remove(key: string) {
    const path = `/friends/${ids.get(key)}/`
    await ledger.change(key, null, () => service.call('DELETE', path, { as, expect: [204] }))
  }

  return {
    name: 'contacts',
    ledger,
    async step() {
      const known = ledger.entries
      if (known.length < 5 || random.chance(0.4)) return create()
      const [key] = random.pick(known)
      return random.chance(0.5) ? change(key) : remove(key)
    },
    look({ rows }) {
      const found = rows('select id, first_name, note from contacts where owner_id = ?', as.id)
      for (const { id, first_name } of found) ids.set(first_name, id)
      return statesOf(found.map(({ first_name, note }) => [first_name, note] as const))
    },
  }
}
