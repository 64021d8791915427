// Choosing a new password, with a token instead of the old one.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { resetPassword } from '../../data/links'
import { PasswordField } from '../../ui/field'
import { Form } from '../../ui/form'
import { w } from '../../words'
import { faultsOf } from '../errors'
import { Door } from './door'
import { BadLink, isBadLink } from './link'

/** The form; then the sign-in. */
export function ResetForm({ uid, token }: { uid: string; token: string }): JSX.Element {
  const [isBad, setBad] = useState(false)
  if (isBad) return <BadLink title={w.link.resetTitle} hint={w.link.badReset} />
  return (
    <Door title={w.link.resetTitle}>
      <Form
        action={w.link.resetDo}
        busy={w.common.saving}
        faultsOf={faultsOf}
        submit={async ({ password = '' }) => {
          try {
            await resetPassword({ uid, token, password })
            location.assign('/app/sign-in')
          } catch (error) {
            if (!isBadLink(error)) throw error
            setBad(true)
          }
        }}
      >
        {(faults) => (
          <PasswordField
            name="password"
            label={w.link.newPassword}
            hint={w.signUp.passwordHint}
            fault={faults['password']}
            autocomplete="new-password"
            required
          />
        )}
      </Form>
    </Door>
  )
}
