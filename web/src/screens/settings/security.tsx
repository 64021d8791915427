// Password, address, phone number, and the mailed code.
import type { JSX } from 'preact'
import { useProfile } from '../../data/account'
import { user } from '../../data/device'
import { changeContacts, changePassword, switchCode } from '../../data/profile'
import { PasswordField, TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Page } from '../../ui/page'
import { say } from '../../ui/toast'
import { w } from '../../words'
import { faultsOf } from '../errors'
import { Loaded } from '../load'

const words = w.settings.security

/** The page. */
export default function Security(): JSX.Element {
  return (
    <Page title={w.settings.parts.security} up="/settings">
      <Password />
      <Contacts />
      <Code />
    </Page>
  )
}

/** Tells a password manager whose password it is. */
const Whose = () => (
  <input
    class="hidden-text"
    type="text"
    name="username"
    autocomplete="username"
    aria-hidden="true"
    tabIndex={-1}
    readOnly
    value={user.value?.username ?? ''}
  />
)

function Password() {
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">{words.passwordTitle}</h2>
      <Form
        action={words.change}
        busy={w.common.saving}
        kind="plain"
        faultsOf={faultsOf}
        submit={async ({ old_password: old = '', new_password: next = '' }, form) => {
          await changePassword(old, next)
          form.reset()
          say(words.changed)
        }}
      >
        {(faults) => (
          <>
            <Whose />
            <PasswordField
              name="old_password"
              label={words.old}
              fault={faults['old_password']}
              autocomplete="current-password"
              required
            />
            <PasswordField
              name="new_password"
              label={words.new}
              hint={w.signUp.passwordHint}
              fault={faults['new_password']}
              autocomplete="new-password"
              required
            />
          </>
        )}
      </Form>
    </section>
  )
}

function Contacts() {
  return (
    <section class="card" aria-labelledby="contact">
      <h2 id="contact">{words.contactTitle}</h2>
      <Loaded of={useProfile()} lines={3}>
        {(own) => (
          <Form
            action={w.common.save}
            busy={w.common.saving}
            kind="plain"
            faultsOf={faultsOf}
            submit={async ({
              email = '',
              phone_number: phone = '',
              validation_password: password = '',
            }) => {
              await changeContacts({ email, phone_number: phone, validation_password: password })
              say(w.common.saved)
            }}
          >
            {(faults) => (
              <>
                <TextField
                  name="email"
                  label={words.email}
                  fault={faults['email']}
                  type="email"
                  autocomplete="email"
                  defaultValue={own.email}
                />
                <TextField
                  name="phone_number"
                  label={words.phone}
                  hint={words.phoneHint}
                  fault={faults['phone_number']}
                  type="tel"
                  autocomplete="tel"
                  defaultValue={own.phone}
                  isOptional
                />
                <Whose />
                <PasswordField
                  name="validation_password"
                  label={words.old}
                  fault={faults['validation_password']}
                  autocomplete="current-password"
                />
              </>
            )}
          </Form>
        )}
      </Loaded>
    </section>
  )
}

function Code() {
  const submit = (enabled: boolean) => async (values: Record<string, string>) => {
    await switchCode(enabled, values['password'] ?? '')
    say(enabled ? words.codeIsOn : words.codeIsOff)
  }
  return (
    <section class="card" aria-labelledby="code">
      <h2 id="code">{words.codeTitle}</h2>
      <div class="stack">
        <p>{words.codeText}</p>
        <Form
          action={words.codeOn}
          busy={w.common.saving}
          kind="plain"
          faultsOf={faultsOf}
          submit={submit(true)}
        >
          {() => null}
        </Form>
        <Form
          action={words.codeOff}
          busy={w.common.saving}
          kind="plain"
          faultsOf={faultsOf}
          submit={submit(false)}
        >
          {(faults) => (
            <>
              <Whose />
              <PasswordField
                name="password"
                label={words.codePassword}
                fault={faults['password']}
                autocomplete="current-password"
              />
            </>
          )}
        </Form>
      </div>
    </section>
  )
}
