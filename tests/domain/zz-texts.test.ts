import { it } from 'vitest'
import { makePeople } from '../support/crowd'
import { makePlan, rsvpTo } from '../support/plans'
import { createWorld } from '../support/world'

const texts: string[] = []
const world = createWorld({
  context: (context) => ({
    ...context,
    later: () => {},
    db: new Proxy(context.db as any, {
      get(target, name) {
        if (name === 'prepare') return (text: string) => (texts.push(text), target.prepare(text))
        const value = target[name]
        return typeof value === 'function' ? value.bind(target) : value
      },
    }),
  }),
})
it('prints', async () => {
  const [alice, bob] = await makePeople(world, 'alice', 'bob')
  const plan = await makePlan(world, alice)
  const out: any = {}
  const take = async (name: string, work: () => Promise<any>) => {
    texts.length = 0
    await work()
    out[name] = [...texts]
  }
  await take('ask', () => world.call('POST', `/api/friends/request/${bob.id}/`, { as: alice }))
  await take('rsvp', () => rsvpTo(world, plan, bob))
  await take('refresh', () =>
    world.call('POST', '/accounts/refresh/', { json: { refresh: alice.refresh } }),
  )
  console.log('TEXTS' + JSON.stringify(out) + 'SEND')
})
