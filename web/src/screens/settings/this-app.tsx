// What is this device's alone: its colours, and what is kept on it.
import type { JSX } from 'preact'
import { hidden, showAll } from '../../data/plans'
import { chooseTheme, type Theme, theme } from '../../data/theme'
import { Button } from '../../ui/button'
import { Page } from '../../ui/page'
import { w } from '../../words'

const words = w.settings.app
const themes: readonly Theme[] = ['system', 'light', 'dark']

/** The page. */
export default function ThisApp(): JSX.Element {
  return (
    <Page title={w.settings.parts.app} up="/settings">
      <section class="card" aria-labelledby="theme">
        <h2 id="theme">{words.theme}</h2>
        <div class="chips" role="group" aria-labelledby="theme">
          {themes.map((one) => (
            <Button isPressed={theme.value === one} onPress={() => chooseTheme(one)} key={one}>
              {words[one]}
            </Button>
          ))}
        </div>
        <p class="hint">{words.install}</p>
      </section>
      <section class="card" aria-labelledby="keeps">
        <h2 id="keeps">{words.keepsTitle}</h2>
        <p>{words.keeps}</p>
      </section>
      <section class="card" aria-labelledby="hidden">
        <h2 id="hidden">{words.hiddenTitle}</h2>
        {hidden.value.size === 0 ? (
          <p class="muted">{words.noHidden}</p>
        ) : (
          <Button onPress={showAll}>{words.showAll}</Button>
        )}
      </section>
    </Page>
  )
}
