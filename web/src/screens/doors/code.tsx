// The second step: the code that was mailed.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { sendCode, signIn } from '../../data/account'
import { Button } from '../../ui/button'
import { TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { say, sayFault } from '../../ui/toast'
import { w } from '../../words'
import { errorText, faultsOf } from '../errors'
import { Door } from './door'

/** So many seconds after a code the next one is sent. */
const pause = 60

/** Asks for the code. */
export function CodeForm({
  credentials,
  onIn,
  onBack,
}: {
  credentials: { username: string; password: string }
  onIn: () => void
  onBack: () => void
}): JSX.Element {
  const [left, setLeft] = useState(pause)
  useEffect(() => {
    const timer = setInterval(() => setLeft((seconds) => Math.max(0, seconds - 1)), 1000)
    return () => clearInterval(timer)
  }, [])
  const another = async () => {
    try {
      await sendCode(credentials.username, credentials.password)
      setLeft(pause)
      say(w.signIn.codeSent)
    } catch (error) {
      sayFault(errorText(error))
    }
  }
  return (
    <Door title={w.signIn.code}>
      <Form
        action={w.signIn.submit}
        busy={w.signIn.busy}
        faultsOf={faultsOf}
        submit={async ({ code = '' }) => {
          await signIn({ ...credentials, code: code.trim() })
          onIn()
        }}
      >
        {(faults) => (
          <TextField
            name="code"
            label={w.signIn.code}
            hint={w.signIn.codeHint}
            fault={faults['code']}
            autocomplete="one-time-code"
            inputMode="numeric"
            required
            autofocus
          />
        )}
      </Form>
      <div class="actions">
        <Button kind="quiet" disabled={left > 0} onPress={() => void another()}>
          {left > 0 ? w.signIn.codeAgainIn(left) : w.signIn.codeAgain}
        </Button>
        <Button kind="quiet" onPress={onBack}>
          {w.common.back}
        </Button>
      </div>
    </Door>
  )
}
