// A question in front of the page: the browser's own dialog, which keeps the focus and gives it back.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Button } from './button'
import { w } from '../words'

/** A dialog, open as long as it is drawn. */
export function Dialog({
  title,
  children,
  onClose,
}: {
  title: string
  children: ComponentChildren
  onClose: () => void
}): JSX.Element {
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const before = document.activeElement
    element.current?.showModal()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose()
      }}
    >
      <div class="dialog-body">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  )
}

/** Asks before something that cannot be taken back. */
export function Confirm({
  title,
  text,
  action,
  busy,
  onYes,
  onClose,
}: {
  title: string
  text: string
  action: string
  busy?: string | false
  onYes: () => void
  onClose: () => void
}): JSX.Element {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="actions">
        <Button kind="plain" onPress={onClose}>
          {w.common.cancel}
        </Button>
        <Button kind="danger" busy={busy ?? false} onPress={onYes}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
