// Who stands behind an id: asked for together, a hundred at a time, and kept while the app runs.
import { signal, type Signal } from '@preact/signals'
import type { DataOf } from 'kith-client'
import { kith } from './client'
import { putKnown, useResource } from './resource'

/** A person in a list. */
export type Card = DataOf<'/api/users/cards', 'get'>[number]

/** By id: undefined until it is known, null for whom one does not find. */
const cards = new Map<number, Signal<Card | null | undefined>>()
let waiting = new Set<number>()

/** Gathers ids for so long, in milliseconds. */
const gathering = 10
const most = 100

/** The card of an id. */
export function cardOf(id: number): Signal<Card | null | undefined> {
  let card = cards.get(id)
  if (!card) {
    cards.set(id, (card = signal(undefined)))
    ask(id)
  }
  return card
}

function ask(id: number): void {
  if (waiting.size === 0) setTimeout(askNow, gathering)
  waiting.add(id)
}

function askNow(): void {
  const ids = [...waiting]
  waiting = new Set()
  for (let from = 0; from < ids.length; from += most) void load(ids.slice(from, from + most))
}

async function load(ids: readonly number[]): Promise<void> {
  try {
    const query = { ids: ids.join(',') } as never
    const found = await kith.GET('/api/users/cards', { params: { query } })
    for (const id of ids) cardOf(id).value = found.find((card) => card.id === id) ?? null
  } catch {
    // Asked again the next time that it is shown.
    for (const id of ids) if (cards.get(id)?.value === undefined) cards.delete(id)
  }
}

/** Whoever is shown is asked for anew. */
export function refreshCards(): void {
  for (const id of cards.keys()) ask(id)
}

/** Somebody came or has gone. */
export function setPresence(id: number, isConnected: boolean): void {
  const card = cards.get(id)
  if (card?.value) card.value = { ...card.value, is_connected: isConnected }
}

/** What one reads of a person: the name that they give, or their username. */
export function nameOf(card: {
  first_name?: string
  last_name?: string
  username: string
}): string {
  return `${card.first_name ?? ''} ${card.last_name ?? ''}`.trim() || card.username
}

// ── Friends, requests, blocks ────────────────────────────────────────────────────────────────────

/** Friends and requests. */
export type Relations = DataOf<'/api/friends', 'get'>
export const relationsKey = 'relations'

/** One's friends, and the requests that wait. */
export const useRelations = () => useResource(relationsKey, () => kith.GET('/api/friends'))

/** A friend with one's own label. */
export type Labelled = DataOf<'/users/search_friends', 'get'>['payload']['friends'][number]
export const friendsKey = 'friends'

/** One's friends with their labels. */
export const useFriends = () =>
  useResource(friendsKey, async () => {
    const all: Labelled[] = []
    for await (const page of kith.pages('/users/search_friends')) all.push(...page.payload.friends)
    return all
  })

/** A person's own page. */
export type PersonInfo = DataOf<'/users/user_info/{id}', 'get'>['payload']

/** One person. */
export const usePerson = (id: number) =>
  useResource(`person/${id}`, async () => {
    const params = { path: { id: String(id) } }
    return (await kith.GET('/users/user_info/{id}', { params })).payload
  })

export const blocksKey = 'blocks'

/** Whom one blocks. */
export const useBlocks = () =>
  useResource(blocksKey, async () => (await kith.GET('/users/blocks')).payload.blocks)

/** The person of exactly that name. @throws `KithError`, 404 where there is none */
export async function findByName(username: string) {
  const params = { query: { username } }
  return (await kith.GET('/users/search_users', { params })).payload
}

/** Forgets a friend in the lists that are known, before they are read anew. */
export function withoutFriend(id: number): void {
  putKnown<Labelled[]>(friendsKey, (all) => all.filter((one) => one.id !== id))
}
