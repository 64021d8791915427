// The private address book.
import type { components } from 'kith-client'
import { kith } from './client'
import { invalidate, useResource } from './resource'

/** A contact. */
export type Contact = components['schemas']['Contact']
/** What a form says of one. */
export type ContactFields = Omit<Contact, 'id' | 'created_at' | 'updated_at'>

const key = 'contacts'

/** All contacts: the service gives thousands at once. */
export const useContacts = () =>
  useResource(key, async () => {
    const all: Contact[] = []
    for await (const page of kith.pages('/friends')) all.push(...page)
    return all
  })

const changed = () => invalidate((one) => one === key)

/** Writes one down. Answers with its id. @throws `KithError` */
export async function addContact(body: ContactFields): Promise<number> {
  const { id } = await kith.POST('/friends', { body })
  changed()
  return id
}

/** Changes one. @throws `KithError` */
export async function changeContact(id: number, body: ContactFields): Promise<void> {
  await kith.PATCH('/friends/{id}', { params: { path: { id: String(id) } }, body })
  changed()
}

/** Removes one. @throws `KithError` */
export async function removeContact(id: number): Promise<void> {
  await kith.DELETE('/friends/{id}', { params: { path: { id: String(id) } } })
  changed()
}
