// Whether this device shows light or dark, whatever the system does.
import { signal } from '@preact/signals'

/** Light, dark, or what the system has. */
export type Theme = 'system' | 'light' | 'dark'

const key = 'kith.theme'

/** What was chosen on this device. */
export const theme = signal<Theme>(stored())

function stored(): Theme {
  const word = localStorage.getItem(key)
  return word === 'light' || word === 'dark' ? word : 'system'
}

/** Shows what was chosen. */
export function showTheme(): void {
  const { dataset } = document.documentElement
  if (theme.value === 'system') delete dataset['theme']
  else dataset['theme'] = theme.value
}

/** Chooses. */
export function chooseTheme(word: Theme): void {
  theme.value = word
  if (word === 'system') localStorage.removeItem(key)
  else localStorage.setItem(key, word)
  showTheme()
}
