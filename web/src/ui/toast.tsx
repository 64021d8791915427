// Short messages over the page: what was done, and what was not; read out politely.
import type { JSX } from 'preact'
import { signal } from '@preact/signals'
import { Button, IconButton } from './button'
import { w } from '../words'

/** A message; `again` offers to do it once more. */
type Toast = { id: number; text: string; isFault: boolean; again?: (() => void) | undefined }

const toasts = signal<readonly Toast[]>([])
let count = 0
/** How long it stays, in milliseconds; what went wrong stays until it is closed. */
const shownFor = 5000

/** Says that something was done. */
export function say(text: string): void {
  const toast = { id: ++count, text, isFault: false }
  toasts.value = [...toasts.value, toast].slice(-3)
  setTimeout(() => close(toast.id), shownFor)
}

/** Says that something was not done, and why. */
export function sayFault(text: string, again?: () => void): void {
  toasts.value = [...toasts.value, { id: ++count, text, isFault: true, again }].slice(-3)
}

function close(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id)
}

/** Where they are shown: there from the beginning, so that they are read out. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts">
      <div role="status">{toasts.value.filter(({ isFault }) => !isFault).map(view)}</div>
      <div role="alert">{toasts.value.filter(({ isFault }) => isFault).map(view)}</div>
    </div>
  )
}

const view = ({ id, text, isFault, again }: Toast) => (
  <div class={isFault ? 'toast fault' : 'toast'} key={id}>
    <p>{text}</p>
    {again && (
      <Button
        kind="quiet"
        onPress={() => {
          close(id)
          again()
        }}
      >
        {w.common.again}
      </Button>
    )}
    <IconButton icon="close" label={w.common.close} onPress={() => close(id)} />
  </div>
)
