// A form: takes its values, shows all faults together with links to their fields, and keeps what was typed.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { w } from '../words'
import { Button } from './button'

/** What is wrong: by field, and altogether. */
export type Faults = { fields: Record<string, string>; whole: string | null }

const none: Faults = { fields: {}, whole: null }

/** The values of a form by name; a file as a file. */
export type Values = Record<string, string>

/**
 * A form. `submit` does the work and throws what goes wrong; `faultsOf` says it in words.
 */
export function Form({
  children,
  action,
  busy,
  kind = 'main',
  submit,
  faultsOf,
  extra,
}: {
  children: (faults: Record<string, string>) => ComponentChildren
  /** The words on its button, and while it works. */
  action: string
  busy: string
  kind?: 'main' | 'plain' | 'danger'
  submit: (values: Values, form: HTMLFormElement) => Promise<void>
  faultsOf: (error: unknown, names: ReadonlySet<string>) => Faults
  extra?: ComponentChildren
}): JSX.Element {
  const [faults, setFaults] = useState(none)
  const [isBusy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const summary = useRef<HTMLDivElement>(null)
  const isDrawn = useRef(true)
  useEffect(() => () => void (isDrawn.current = false), [])
  useEffect(() => {
    const first = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    if (first) first.focus()
    else if (faults.whole) summary.current?.focus()
  }, [faults])
  const send = async (event: Event) => {
    event.preventDefault()
    if (isBusy || !form.current) return
    const values = valuesOf(form.current)
    setBusy(true)
    try {
      await submit(values, form.current)
      if (isDrawn.current) setFaults(none)
    } catch (error) {
      if (isDrawn.current) setFaults(faultsOf(error, new Set(Object.keys(values))))
    } finally {
      if (isDrawn.current) setBusy(false)
    }
  }
  const listed = Object.entries(faults.fields)
  return (
    <form class="form" ref={form} noValidate onSubmit={(event) => void send(event)}>
      {(faults.whole !== null || listed.length > 1) && (
        <div class="summary" role="alert" tabIndex={-1} ref={summary}>
          {faults.whole !== null && <p>{faults.whole}</p>}
          {listed.length > 1 && (
            <>
              <p>{w.common.faults(listed.length)}</p>
              <ul>
                {listed.map(([name, text]) => (
                  <li key={name}>
                    <button
                      type="button"
                      class="text-button"
                      onClick={() => focusOn(form.current, name)}
                    >
                      {text}
                    </button>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
      {children(faults.fields)}
      <div class="actions">
        {extra}
        <Button type="submit" kind={kind} busy={isBusy && busy}>
          {action}
        </Button>
      </div>
    </form>
  )
}

function focusOn(form: HTMLFormElement | null, name: string): void {
  const control = form?.elements.namedItem(name)
  if (control instanceof HTMLElement) control.focus()
}

function valuesOf(form: HTMLFormElement): Values {
  const values: Values = {}
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string') values[name] = value
  return values
}
