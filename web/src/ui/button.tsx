// Buttons: with words, or with a picture and words that are read out.
import type { ComponentChildren, JSX } from 'preact'
import { Icon, type IconName } from './icons'

type Props = {
  children: ComponentChildren
  /** `main` is what a screen is for, `danger` cannot be taken back. */
  kind?: 'main' | 'plain' | 'danger' | 'quiet'
  type?: 'button' | 'submit'
  /** What it says while it works, and that it is not to be pressed again. */
  busy?: string | false
  isPressed?: boolean
  icon?: IconName
  'aria-label'?: string
  disabled?: boolean
  onPress?: () => void
}

/** A button. */
export function Button({
  children,
  kind = 'plain',
  type = 'button',
  busy = false,
  isPressed,
  icon,
  onPress,
  disabled = false,
  ...rest
}: Props): JSX.Element {
  return (
    <button
      {...rest}
      type={type}
      class={`button ${kind}`}
      aria-disabled={busy !== false || disabled ? 'true' : undefined}
      aria-pressed={isPressed}
      onClick={(event) => {
        if (busy !== false || disabled) return event.preventDefault()
        onPress?.()
      }}
    >
      {icon && <Icon name={icon} />}
      <span>{busy === false ? children : busy}</span>
    </button>
  )
}

/** A button that shows a picture alone. */
export function IconButton({
  icon,
  label,
  onPress,
  type = 'button',
  kind = 'quiet',
  disabled = false,
  isExpanded,
}: {
  icon: IconName
  label: string
  onPress?: () => void
  type?: 'button' | 'submit'
  kind?: 'main' | 'quiet'
  disabled?: boolean
  isExpanded?: boolean
}): JSX.Element {
  return (
    <button
      type={type}
      class={`icon-button ${kind}`}
      aria-label={label}
      title={label}
      aria-disabled={disabled ? 'true' : undefined}
      aria-expanded={isExpanded}
      onClick={(event) => (disabled ? event.preventDefault() : onPress?.())}
    >
      <Icon name={icon} />
    </button>
  )
}
