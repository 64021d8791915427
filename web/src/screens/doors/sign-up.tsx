// Making an account.
import type { JSX } from 'preact'
import { signUp, useService } from '../../data/account'
import { PasswordField, TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { LoadLink } from '../../ui/link'
import { w } from '../../words'
import { faultsOf } from '../errors'
import { Door } from './door'

/** The sign-up. */
export default function SignUp(): JSX.Element {
  const isClosed = useService().data.value?.registration === 'closed'
  return (
    <Door title={w.signUp.title}>
      {isClosed ? <p>{w.signUp.closed}</p> : <SignUpForm />}
      <p>
        {w.signUp.haveOne} <LoadLink href="/app/sign-in">{w.signIn.submit}</LoadLink>
      </p>
    </Door>
  )
}

const SignUpForm = () => (
  <Form
    action={w.signUp.submit}
    busy={w.signUp.busy}
    faultsOf={faultsOf}
    submit={async ({ username = '', password = '', email = '' }) => {
      await signUp({ username, password, ...(email.trim() === '' ? {} : { email }) })
      location.assign('/app/')
    }}
  >
    {(faults) => (
      <>
        <TextField
          name="username"
          label={w.signUp.username}
          hint={w.signUp.usernameHint}
          fault={faults['username']}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
        />
        <TextField
          name="email"
          type="email"
          label={w.signUp.email}
          hint={w.signUp.emailHint}
          fault={faults['email']}
          autocomplete="email"
          isOptional
        />
        <PasswordField
          name="password"
          label={w.signUp.password}
          hint={w.signUp.passwordHint}
          fault={faults['password']}
          autocomplete="new-password"
          required
        />
      </>
    )}
  </Form>
)
