// Signing in: name and password, the mailed code where the account has it, other services, a demo's people.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { sendCode, signIn, useService } from '../../data/account'
import { errorFrom } from '../../data/client'
import { owesSignOut } from '../../data/device'
import { place, safeNext } from '../../router'
import { Avatar } from '../../ui/avatar'
import { PasswordField, TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { LoadLink } from '../../ui/link'
import { sayFault } from '../../ui/toast'
import { w } from '../../words'
import { errorText, faultsOf } from '../errors'
import { CodeForm } from './code'
import { Door } from './door'

type Credentials = { username: string; password: string }

/** Where the person goes once they are in: by a load, so that nothing of before stays. */
const enter = () => location.assign(safeNext(place.value.query.get('next')))

/** The sign-in. */
export default function SignIn(): JSX.Element {
  const [asked, setAsked] = useState<Credentials | null>(null)
  const refusal = refusalText(place.value.query.get('error'))
  const submit = async (credentials: Credentials) => {
    try {
      await signIn(credentials)
      enter()
    } catch (thrown) {
      if (errorFrom(thrown).code !== 'code_required') throw thrown
      await sendCode(credentials.username, credentials.password)
      setAsked(credentials)
    }
  }
  if (asked) return <CodeForm credentials={asked} onIn={enter} onBack={() => setAsked(null)} />
  return (
    <Door title={w.signIn.title}>
      {owesSignOut() && <p role="status">{w.state.stillSignedIn}</p>}
      {refusal && (
        <div class="summary" role="alert">
          {refusal}
        </div>
      )}
      <Form
        action={w.signIn.submit}
        busy={w.signIn.busy}
        faultsOf={faultsOf}
        submit={({ username = '', password = '' }) => submit({ username, password })}
      >
        {(faults) => (
          <>
            <TextField
              name="username"
              label={w.signIn.username}
              fault={faults['username']}
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
            />
            <PasswordField
              name="password"
              label={w.signIn.password}
              fault={faults['password']}
              autocomplete="current-password"
              required
            />
          </>
        )}
      </Form>
      <More onPress={submit} />
    </Door>
  )
}

function refusalText(code: string | null): string | null {
  if (code === null) return null
  return code === 'access_denied' ? w.signIn.declined : w.signIn.failed
}

/** What else one can do here: as the service offers it. */
function More({ onPress }: { onPress: (credentials: Credentials) => Promise<void> }) {
  const service = useService().data.value
  const [busy, setBusy] = useState<string | null>(null)
  if (!service) return null
  const back = encodeURIComponent('/app/?from=provider')
  const be = (person: Credentials) => {
    if (busy !== null) return
    setBusy(person.username)
    onPress(person)
      .catch((error: unknown) => sayFault(errorText(error)))
      .finally(() => setBusy(null))
  }
  return (
    <div class="door-more">
      {service.sign_in.providers.map(({ id, name, url }) => (
        <LoadLink class="button" href={`${url}?next=${back}`} key={id}>
          {w.signIn.with(name)}
        </LoadLink>
      ))}
      {service.registration === 'open' && (
        <p>
          {w.signIn.newHere} <LoadLink href="/app/sign-up">{w.signIn.signUp}</LoadLink>
        </p>
      )}
      {service.demo.length > 0 && (
        <section class="demo-people" aria-labelledby="demo">
          <h2 id="demo">{w.signIn.demo}</h2>
          <p class="hint">{w.signIn.demoHint}</p>
          {service.demo.map((person) => (
            <button
              type="button"
              class="demo-person"
              key={person.username}
              aria-busy={busy === person.username}
              onClick={() => be(person)}
            >
              <Avatar name={person.username} path={null} size={32} />
              <span class="row-text">
                <strong>{person.username}</strong>
                <br />
                <small>{person.about}</small>
              </span>
            </button>
          ))}
        </section>
      )}
    </div>
  )
}
