// The address book, searched on the device.
import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { type Contact, useContacts } from '../../data/contacts'
import { place } from '../../router'
import type { ScreenProps } from '../../routes'
import { Avatar } from '../../ui/avatar'
import { Link } from '../../ui/link'
import { Empty, ShowMore } from '../../ui/list'
import { Name } from '../../ui/text'
import { w } from '../../words'
import { ListPage, SearchField } from '../list-page'
import { Loaded } from '../load'

const pageSize = 50

/** What a contact is called. */
export const contactName = ({ first_name: first, last_name: last }: Contact) => `${first} ${last}`

/** The list. */
export default function Contacts({ params }: ScreenProps): JSX.Element {
  const [text, setText] = useState('')
  return (
    <ListPage
      title={w.contacts.title}
      params={params}
      actions={
        <Link to="/contacts/new" class="button main">
          {w.contacts.new}
        </Link>
      }
    >
      <SearchField label={w.contacts.search} value={text} onInput={setText} />
      <Loaded of={useContacts()}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={w.contacts.empty} hint={w.contacts.emptyHint} />
          ) : (
            <Found all={all} text={text.trim().toLowerCase()} key={text} />
          )
        }
      </Loaded>
    </ListPage>
  )
}

function Found({ all, text }: { all: Contact[]; text: string }) {
  const [shown, setShown] = useState(pageSize)
  const found = useMemo(
    () =>
      all
        .filter((one) => text === '' || searched(one).includes(text))
        .toSorted((one, other) => contactName(one).localeCompare(contactName(other))),
    [all, text],
  )
  if (found.length === 0) return <p class="muted">{w.contacts.nothing}</p>
  return (
    <>
      <ul class="rows">
        {found.slice(0, shown).map((one) => (
          <Row contact={one} key={one.id} />
        ))}
      </ul>
      {found.length > shown && (
        <ShowMore isBusy={false} onMore={() => setShown(shown + pageSize)} />
      )}
    </>
  )
}

const searched = (one: Contact) =>
  [contactName(one), one.phone_number, one.platform, one.contact_info, one.note]
    .join('\n')
    .toLowerCase()

function Row({ contact }: { contact: Contact }) {
  const to = `/contacts/${contact.id}`
  const name = contactName(contact)
  const hint = [contact.platform, contact.contact_info, contact.phone_number]
    .filter((word) => word !== '')
    .join(' · ')
  return (
    <li>
      <Link to={to} class="row" aria-current={place.value.path === to ? 'page' : undefined}>
        <Avatar name={name} path={null} />
        <span class="row-text">
          <div class="row-title">
            <Name>{name}</Name>
          </div>
          {hint !== '' && (
            <div class="row-hint" dir="auto">
              {hint}
            </div>
          )}
        </span>
      </Link>
    </li>
  )
}
