// Builds the demo's world through the service's own calls and sockets, as its people's apps would, so that
// everything in it is as the service itself would have it.
import { ask, label, look, plan, talk } from './deeds.mjs'
import { idsOfAll, showAvatar, signUp, townAt } from './town.mjs'
import { blocks, contacts, conversations, friendships, people, plans, requests } from './world.mjs'

/**
 * Some 15 sign-ups and sign-ins: half of what the flood guard lets one address do in a minute, so that it
 * stays on, and who looks around can sign in at once.
 * @param {string} origin
 * @param {(line: string) => void} say
 */
export async function seed(origin, say) {
  const town = townAt(origin)
  for (const someone of people) {
    // In their order, so that the ids are; hashing the passwords takes one core anyway.
    // oxlint-disable-next-line no-await-in-loop
    await signUp(town, someone)
  }
  // Who needs a code from a mail to sign in is not there yet.
  const present = people.filter(({ door }) => door !== 'C')
  await Promise.all(present.map(({ username }) => showAvatar(town, username)))
  say(`${people.length} people, with pictures`)

  const ids = await idsOfAll(town, 'alice')
  await Promise.all(
    friendships.map(async ({ by, pair: [from, to], labels = [] }) => {
      await ask(town, ids, { by, from, to, answer: 'accept' })
      await Promise.all([label(town, from, to, labels[0]), label(town, to, from, labels[1])])
    }),
  )
  await Promise.all([
    ...requests.map(({ by, from, to, isRejected }) =>
      ask(town, ids, { by, from, to, answer: isRejected ? 'reject' : null }),
    ),
    ...blocks.map(({ from, to }) =>
      town.call('POST', `/users/blocks/${ids.get(to)}/`, { as: town.person(from) }),
    ),
    ...contacts.map(({ of, ...json }) =>
      town.call('POST', '/friends/', { as: town.person(of), json }),
    ),
  ])
  say(`${friendships.length} friendships, open requests, a block, address books`)

  await Promise.all(plans.map((one) => plan(town, one)))
  say(`${plans.length} plans around today, with RSVPs and invitations`)

  await Promise.all(conversations.map((one) => talk(town, one)))
  say(`${conversations.length} conversations, with something unread`)

  await look(town, 'alice', 2)
  say('notifications, of which alice has not looked at the last ones')
}
