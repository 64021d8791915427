// A person's private address book. Somebody else's record is a missing one.
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { contacts, usage } from '../../db/schema'
import { q } from '../../db/compile'
import { change, changeTo, count, list, maybeRow, oneRow, statement, value } from '../../db/declare'
import { of } from '../../db/names'
import {
  type Caller,
  me,
  readAs,
  spendIfWritten,
  textsWithin,
  whyLimited,
  whyTextsOver,
  writeAs,
  writeIf,
} from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { fetchedBytes, type Page, type PageOf, toPage } from '../base/paging'

const fieldColumns = {
  firstName: contacts.firstName,
  lastName: contacts.lastName,
  phoneNumber: contacts.phoneNumber,
  birthday: contacts.birthday,
  platform: contacts.platform,
  contactInfo: contacts.contactInfo,
  lastMetDate: contacts.lastMetDate,
  note: contacts.note,
}

/** The columns of a record, in the order of its keys. */
export const contactColumns = {
  id: contacts.id,
  ...fieldColumns,
  createdAt: contacts.createdAt,
  updatedAt: contacts.updatedAt,
}

/** A record as it is stored: texts that were not given are '', dates null, times milliseconds. */
export type Contact = Omit<typeof contacts.$inferSelect, 'ownerId'>

/** What can be written of a record. */
export type ContactFields = {
  firstName: string
  lastName: string
  phoneNumber: string
  birthday: string | null
  platform: string
  contactInfo: string
  lastMetDate: string | null
  note: string
}

/** One's own records, oldest first. */
export async function listContacts(
  ctx: Context,
  caller: Caller,
  page: PageOf<number>,
): Promise<Page<Contact, number>> {
  const { cursor, limit } = page
  const given = { owner: caller, after: cursor ?? 0, count: limit + 1 }
  const { rows } = await readAs(ctx, caller, { rows: contactsOf(given) })
  return toPage(rows, limit, (last) => last.id)
}

/** @throws `contact.missing` */
export async function getContact(ctx: Context, caller: Caller, id: number): Promise<Contact> {
  const { contact } = await readAs(ctx, caller, { contact: contactOf({ owner: caller, id }) })
  if (!contact) throw new DomainError('contact.missing')
  return contact
}

/**
 * Adds a record.
 * @throws `tries.exceeded`, `quota.exceeded`
 */
export async function addContact(
  ctx: Context,
  caller: Caller,
  fields: Partial<ContactFields> & Pick<ContactFields, 'firstName' | 'lastName'>,
): Promise<Contact> {
  const whyNot = () => whyLimited(ctx, caller, 'contacts')
  const { contact } = await writeIf(ctx, caller, whyNot, {
    contact: insertContact({
      owner: caller,
      now: ctx.now(),
      firstName: fields.firstName,
      lastName: fields.lastName,
      phoneNumber: fields.phoneNumber ?? '',
      birthday: fields.birthday ?? null,
      platform: fields.platform ?? '',
      contactInfo: fields.contactInfo ?? '',
      lastMetDate: fields.lastMetDate ?? null,
      note: fields.note ?? '',
    }),
    spent: spendIfWritten(ctx, caller, 'contacts'),
  })
  return contact
}

/**
 * Changes the fields that are given, and no other.
 * @throws `contact.missing`, `quota.exceeded`
 */
export async function changeContact(
  ctx: Context,
  caller: Caller,
  id: number,
  fields: Partial<ContactFields>,
): Promise<Contact> {
  const { contact } = await writeIf(ctx, caller, () => whyTextsOver(ctx, caller), {
    contact: updateContact({
      owner: caller,
      id,
      now: ctx.now(),
      firstName: changeTo(fields.firstName),
      lastName: changeTo(fields.lastName),
      phoneNumber: changeTo(fields.phoneNumber),
      birthday: changeTo(fields.birthday),
      platform: changeTo(fields.platform),
      contactInfo: changeTo(fields.contactInfo),
      lastMetDate: changeTo(fields.lastMetDate),
      note: changeTo(fields.note),
    }),
    within: textsWithin(ctx, caller),
  })
  if (!contact) throw new DomainError('contact.missing')
  return contact
}

/** @throws `contact.missing` */
export async function removeContact(ctx: Context, caller: Caller, id: number): Promise<void> {
  const { removed } = await writeAs(ctx, caller, { removed: deleteContact({ owner: caller, id }) })
  if (!removed) throw new DomainError('contact.missing')
}

const contactsOf = list(
  { owner: me, after: contacts.id, count: value<number>() },
  (p) =>
    q
      .select(contactColumns)
      .from(contacts)
      .where(and(eq(contacts.ownerId, p.owner), gt(contacts.id, p.after)))
      .orderBy(asc(contacts.id))
      .limit(count(p.count)),
  // 200 notes of 40 KB are 8 MB; and what an account has written in all is known.
  ({ owner }) => ({
    rows: 200,
    few: sql`coalesce((select ${of(usage.texts)} from ${usage} where ${of(usage.userId)} = ${owner}), 0)
      <= ${sql.raw(String(fetchedBytes))}`,
  }),
)

const contactOf = maybeRow({ owner: me, id: contacts.id }, (p) =>
  q
    .select(contactColumns)
    .from(contacts)
    .where(and(eq(contacts.id, p.id), eq(contacts.ownerId, p.owner))),
)

const insertContact = oneRow(
  { owner: me, now: contacts.createdAt, ...fieldColumns },
  ({ owner, now, ...fields }) =>
    q
      .insert(contacts)
      .values({ ...fields, ownerId: owner, createdAt: now, updatedAt: now })
      .returning(contactColumns),
)

const updateContact = maybeRow(
  {
    owner: me,
    id: contacts.id,
    now: contacts.updatedAt,
    firstName: change(contacts.firstName),
    lastName: change(contacts.lastName),
    phoneNumber: change(contacts.phoneNumber),
    birthday: change(contacts.birthday),
    platform: change(contacts.platform),
    contactInfo: change(contacts.contactInfo),
    lastMetDate: change(contacts.lastMetDate),
    note: change(contacts.note),
  },
  ({ owner, id, now, ...fields }) =>
    q
      .update(contacts)
      .set({ ...fields, updatedAt: now })
      .where(and(eq(contacts.id, id), eq(contacts.ownerId, owner)))
      .returning(contactColumns),
)

const deleteContact = maybeRow({ owner: me, id: contacts.id }, (p) =>
  q
    .delete(contacts)
    .where(and(eq(contacts.id, p.id), eq(contacts.ownerId, p.owner)))
    .returning({ id: contacts.id }),
)

/** Removes all records of an account. Unawaited. */
export function eraseOf(id: number) {
  return [deleteContactsOf({ id })] as const
}

const deleteContactsOf = statement({ id: contacts.ownerId }, (p) =>
  q.delete(contacts).where(eq(contacts.ownerId, p.id)),
)
