// /friends/…: contract A's private address book.
import { Hono } from 'hono'
import * as z from 'zod'
import {
  addContact,
  changeContact,
  type Contact,
  type ContactFields,
  getContact,
  listContacts,
  removeContact,
} from '../domain/contacts'
import { nullable, optional, text } from '../domain/base/fields'
import { date } from '../domain/base/fields/times'
import { answers } from '../wire/errors/answers'
import type { AppEnv } from '../wire/pipeline/app-env'
import { body } from '../wire/input/body'
import { signedIn } from '../wire/pipeline/credentials'
import { inError } from '../wire/errors/dialects'
import { endpoint } from '../wire/describe/notes'
import { jsonText, listText, ownListMax, pageQuery } from '../wire/input/paging'
import { integerId } from '../wire/input/paths'
import { dateText, removed, timeText } from '../wire/shapes/common'
import { isoTime } from '../wire/shapes/times'

export const friends = new Hono<AppEnv>()

const missing = answers({ 'contact.missing': inError })

const optionalFields = {
  phone_number: optional(text({ max: 15, blank: true })),
  birthday: optional(nullable(date)),
  platform: optional(text({ max: 100, blank: true })),
  contact_info: optional(text({ max: 200, blank: true })),
  last_met_date: optional(nullable(date)),
  note: optional(text({ max: 10_000, blank: true })),
}
const name = text({ max: 100 })

/** For create and PUT: both names are needed. */
const WholeContact = z.object({ first_name: name, last_name: name, ...optionalFields })
const ContactChanges = z.object({
  first_name: optional(name),
  last_name: optional(name),
  ...optionalFields,
})

/** A record in the order of keys that contract A's clients show. */
const ContactRecord = z
  .object({
    id: z.int(),
    first_name: z.string(),
    last_name: z.string(),
    phone_number: z.string(),
    birthday: dateText.nullable(),
    platform: z.string(),
    contact_info: z.string(),
    last_met_date: dateText.nullable(),
    note: z.string(),
    created_at: timeText,
    updated_at: timeText,
  })
  .meta({ id: 'Contact' })

const example = {
  first_name: 'Hanako',
  last_name: 'Yamada',
  birthday: '1990-02-28',
  platform: 'LINE',
  contact_info: 'hanako_y',
}

friends.get(
  '/friends',
  endpoint({
    tags: ['A'],
    summary: 'All contacts of one’s address book',
    answers: { 200: z.array(ContactRecord) },
  }),
  signedIn,
  pageQuery(ownListMax),
  async (c) => {
    const page = await listContacts(c.get('context'), c.get('caller'), c.req.valid('query'))
    return jsonText(c, listText(c, page, contactView))
  },
)

friends.post(
  '/friends',
  endpoint({
    tags: ['A'],
    summary: 'Write a contact into the address book',
    answers: { 201: ContactRecord },
    errors: ['quota.exceeded'],
    examples: [example],
  }),
  signedIn,
  body(WholeContact),
  async (c) => {
    const { first_name, last_name, ...rest } = c.req.valid('json')
    const fields = { ...contactFields(rest), firstName: first_name, lastName: last_name }
    return c.json(contactView(await addContact(c.get('context'), c.get('caller'), fields)), 201)
  },
)

const oneContact = {
  tags: ['A'],
  answers: { 200: ContactRecord },
  errors: ['contact.missing'],
} as const

friends.get(
  '/friends/:id',
  endpoint({ ...oneContact, summary: 'One contact' }),
  signedIn,
  missing,
  async (c) => {
    const id = integerId(c.req.param('id'))
    return c.json(contactView(await getContact(c.get('context'), c.get('caller'), id)))
  },
)

friends.put(
  '/friends/:id',
  endpoint({
    ...oneContact,
    summary: 'Change a contact; optional fields that are not sent stay',
    errors: [...oneContact.errors, 'quota.exceeded'],
    examples: [example],
  }),
  signedIn,
  missing,
  body(WholeContact),
  async (c) => {
    const id = integerId(c.req.param('id'))
    const fields = contactFields(c.req.valid('json'))
    return c.json(contactView(await changeContact(c.get('context'), c.get('caller'), id, fields)))
  },
)

friends.patch(
  '/friends/:id',
  endpoint({
    ...oneContact,
    summary: 'Change some fields of a contact',
    errors: [...oneContact.errors, 'quota.exceeded'],
    examples: [{ note: 'Met at the conference' }],
  }),
  signedIn,
  missing,
  body(ContactChanges),
  async (c) => {
    const id = integerId(c.req.param('id'))
    const fields = contactFields(c.req.valid('json'))
    return c.json(contactView(await changeContact(c.get('context'), c.get('caller'), id, fields)))
  },
)

friends.delete(
  '/friends/:id',
  endpoint({ ...oneContact, summary: 'Remove a contact', answers: { 204: removed } }),
  signedIn,
  missing,
  async (c) => {
    await removeContact(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.body(null, 204)
  },
)

function contactFields(given: z.output<typeof ContactChanges>): Partial<ContactFields> {
  return {
    firstName: given.first_name,
    lastName: given.last_name,
    phoneNumber: given.phone_number,
    birthday: given.birthday,
    platform: given.platform,
    contactInfo: given.contact_info,
    lastMetDate: given.last_met_date,
    note: given.note,
  }
}

function contactView(contact: Contact): z.output<typeof ContactRecord> {
  return {
    id: contact.id,
    first_name: contact.firstName,
    last_name: contact.lastName,
    phone_number: contact.phoneNumber,
    birthday: contact.birthday,
    platform: contact.platform,
    contact_info: contact.contactInfo,
    last_met_date: contact.lastMetDate,
    note: contact.note,
    created_at: isoTime(contact.createdAt),
    updated_at: isoTime(contact.updatedAt),
  }
}
