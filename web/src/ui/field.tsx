// Fields of forms: each with its label, its hint and what is wrong with it.
import type { ComponentChildren, JSX, LooseInputHTMLAttributes } from 'preact'
import { useId, useState } from 'preact/hooks'
import { w } from '../words'

// Which kind of input takes which attributes is not looked at here.
type Input = LooseInputHTMLAttributes
type Strict = JSX.IntrinsicElements['input']

type Common = {
  /** What it is called in the form's values and faults. */
  name: string
  label: string
  hint?: string | undefined
  fault?: string | undefined
  /** The id of a list of offers. */
  list?: string
}

type Parts = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

/** A label, a control, its hint and fault. */
function Labelled({
  label,
  hint,
  fault,
  isOptional = false,
  children,
}: Omit<Common, 'name' | 'list'> & {
  isOptional?: boolean
  children: (parts: Parts) => ComponentChildren
}) {
  const id = useId()
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ')
  return (
    <div class={fault ? 'field faulty' : 'field'}>
      <label for={id}>
        {label}
        {isOptional && <span class="optional">{` (${w.common.optional})`}</span>}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': fault ? true : undefined,
      })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  )
}

/** A line of text, a date, a number … */
export function TextField({
  label,
  hint,
  fault,
  isOptional,
  ...input
}: Common & { isOptional?: boolean } & Omit<Input, 'label'>): JSX.Element {
  return (
    <Labelled label={label} hint={hint} fault={fault} isOptional={isOptional ?? false}>
      {(parts) => <input {...(input as Strict)} {...parts} class="input" />}
    </Labelled>
  )
}

/** A password, which can be shown; pasting and managers are welcome. */
export function PasswordField({
  label,
  hint,
  fault,
  ...input
}: Common & Omit<Input, 'label'>): JSX.Element {
  const [isShown, setShown] = useState(false)
  return (
    <Labelled label={label} hint={hint} fault={fault}>
      {(parts) => (
        <div class="with-button">
          <input
            {...({ ...input, ...parts, type: isShown ? 'text' : 'password' } as Strict)}
            class="input"
          />
          <button
            type="button"
            class="show"
            aria-label={isShown ? w.signIn.hidePassword : w.signIn.showPassword}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? w.signIn.hide : w.signIn.show}
          </button>
        </div>
      )}
    </Labelled>
  )
}

/** Several lines of text. */
export function TextArea({
  label,
  hint,
  fault,
  isOptional,
  ...area
}: Common & { isOptional?: boolean } & Omit<
    JSX.IntrinsicElements['textarea'],
    'label'
  >): JSX.Element {
  return (
    <Labelled label={label} hint={hint} fault={fault} isOptional={isOptional ?? false}>
      {(parts) => <textarea {...area} {...parts} class="input" dir="auto" />}
    </Labelled>
  )
}

/** One of some values. */
export function SelectField({
  label,
  hint,
  fault,
  options,
  ...select
}: Common & { options: readonly { value: string; label: string }[] } & Omit<
    JSX.IntrinsicElements['select'],
    'label'
  >): JSX.Element {
  const { value, ...rest } = select as JSX.IntrinsicElements['select']
  return (
    <Labelled label={label} hint={hint} fault={fault}>
      {(parts) => (
        <select {...rest} {...parts} class="input">
          {options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}
