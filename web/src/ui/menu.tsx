// Further actions: a list that is disclosed by a button.
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { IconButton } from './button'
import { w } from '../words'

/** One action. */
export type Action = { label: string; isDanger?: boolean; onPress: () => void }

/** A button with three dots, and its actions. */
export function Menu({
  actions,
  label = w.common.menu,
}: {
  actions: readonly Action[]
  label?: string
}): JSX.Element | null {
  const [isOpen, setOpen] = useState(false)
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const closeOutside = (event: Event) => {
      if (!element.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('pointerdown', closeOutside)
    document.addEventListener('focusin', closeOutside)
    return () => {
      document.removeEventListener('pointerdown', closeOutside)
      document.removeEventListener('focusin', closeOutside)
    }
  }, [isOpen])
  if (actions.length === 0) return null
  const close = () => {
    setOpen(false)
    element.current?.querySelector('button')?.focus()
  }
  return (
    <div
      class="menu"
      ref={element}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isOpen) close()
      }}
    >
      <IconButton icon="more" label={label} isExpanded={isOpen} onPress={() => setOpen(!isOpen)} />
      {isOpen && (
        <ul class="menu-list">
          {actions.map(({ label, isDanger, onPress }) => (
            <li key={label}>
              <button
                type="button"
                class={isDanger ? 'menu-item danger' : 'menu-item'}
                onClick={() => {
                  close()
                  onPress()
                }}
              >
                {label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
