// A contact: writing one down, changing it, removing it.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import {
  addContact,
  changeContact,
  type Contact,
  type ContactFields,
  removeContact,
  useContacts,
} from '../../data/contacts'
import { go } from '../../router'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { TextArea, TextField } from '../../ui/field'
import { Form, type Values } from '../../ui/form'
import { Empty } from '../../ui/list'
import { Page } from '../../ui/page'
import { say } from '../../ui/toast'
import { w } from '../../words'
import { useAct } from '../act'
import { faultsOfCreate } from '../create'
import { faultsOf } from '../errors'
import { Loaded } from '../load'

/** A new one, or the one of the address. */
export default function EditContact({ params }: ScreenProps): JSX.Element {
  const id = params['id']
  const contacts = useContacts()
  if (id === undefined) {
    return (
      <Page title={w.contacts.new} up="/contacts">
        <ContactForm />
      </Page>
    )
  }
  return (
    <Page title={w.contacts.editTitle} up="/contacts">
      <Loaded of={contacts}>
        {(all) => {
          const found = all.find((one) => String(one.id) === id)
          if (!found) return <Empty title={w.state.gone} />
          return <ContactForm contact={found} key={found.id} />
        }}
      </Loaded>
    </Page>
  )
}

function ContactForm({ contact }: { contact?: Contact }) {
  const [isAsked, setAsked] = useState(false)
  const submit = async (values: Values) => {
    const fields = fieldsOf(values)
    if (contact) await changeContact(contact.id, fields)
    else await addContact(fields)
    say(w.common.saved)
    go('/contacts', { replace: true })
  }
  return (
    <>
      <Form
        action={w.common.save}
        busy={w.common.saving}
        faultsOf={contact ? faultsOf : faultsOfCreate('contacts')}
        submit={submit}
        extra={
          contact && (
            <Button kind="quiet" onPress={() => setAsked(true)}>
              {w.common.remove}
            </Button>
          )
        }
      >
        {(faults) => <Fields contact={contact} faults={faults} />}
      </Form>
      {isAsked && contact && <Removal contact={contact} onClose={() => setAsked(false)} />}
    </>
  )
}

function Fields({
  contact,
  faults,
}: {
  contact: Contact | undefined
  faults: Record<string, string>
}) {
  const text = (name: keyof ContactFields, label: string, more: object = {}) => (
    <TextField
      name={name}
      label={label}
      fault={faults[name]}
      defaultValue={contact?.[name] ?? ''}
      autocomplete="off"
      {...more}
    />
  )
  return (
    <>
      <div class="two">
        {text('first_name', w.contacts.first, { required: true, maxLength: 100 })}
        {text('last_name', w.contacts.last, { required: true, maxLength: 100 })}
      </div>
      <div class="two">
        {text('phone_number', w.contacts.phone, { type: 'tel', maxLength: 15, isOptional: true })}
        {text('birthday', w.contacts.birthday, { type: 'date', isOptional: true })}
      </div>
      <div class="two">
        {text('platform', w.contacts.platform, {
          hint: w.contacts.platformHint,
          maxLength: 100,
          isOptional: true,
        })}
        {text('contact_info', w.contacts.info, { maxLength: 200, isOptional: true })}
      </div>
      {text('last_met_date', w.contacts.met, { type: 'date', isOptional: true })}
      <TextArea
        name="note"
        label={w.contacts.note}
        fault={faults['note']}
        defaultValue={contact?.note ?? ''}
        maxLength={10_000}
        isOptional
      />
    </>
  )
}

function fieldsOf(values: Values): ContactFields {
  const text = (name: string) => (values[name] ?? '').trim()
  return {
    first_name: text('first_name'),
    last_name: text('last_name'),
    phone_number: text('phone_number'),
    birthday: text('birthday') || null,
    platform: text('platform'),
    contact_info: text('contact_info'),
    last_met_date: text('last_met_date') || null,
    note: text('note'),
  }
}

function Removal({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const [isBusy, act] = useAct()
  const name = `${contact.first_name} ${contact.last_name}`
  const yes = async () => {
    if (await act(() => removeContact(contact.id))) go('/contacts', { replace: true })
    else onClose()
  }
  return (
    <Confirm
      title={w.contacts.removeAsk(name)}
      text={w.contacts.emptyHint}
      action={w.common.remove}
      busy={isBusy && w.common.saving}
      onYes={() => void yes()}
      onClose={onClose}
    />
  )
}
