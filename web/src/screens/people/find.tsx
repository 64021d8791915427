// Finding somebody by exactly their username.
import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import { errorFrom } from '../../data/client'
import { findByName } from '../../data/people'
import { go } from '../../router'
import { Button } from '../../ui/button'
import { w } from '../../words'
import { errorText } from '../errors'

/** A field and its answer: the person's page, or that there is nobody. */
export function Find(): JSX.Element {
  const id = useId()
  const [fault, setFault] = useState('')
  const [isBusy, setBusy] = useState(false)
  const find = async (name: string) => {
    if (name === '' || isBusy) return
    setBusy(true)
    setFault('')
    try {
      go(`/people/${(await findByName(name)).id}`)
    } catch (error) {
      setFault(errorFrom(error).status === 404 ? w.people.nobody(name) : errorText(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      role="search"
      class={fault ? 'field faulty' : 'field'}
      onSubmit={(event) => {
        event.preventDefault()
        const name = new FormData(event.currentTarget).get('name')
        void find(typeof name === 'string' ? name.trim() : '')
      }}
    >
      <label for={id}>{w.people.find}</label>
      <div class="with-button">
        <input
          id={id}
          name="name"
          class="input"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          aria-invalid={fault ? true : undefined}
          aria-describedby={fault ? `${id}-fault` : undefined}
        />
        <Button type="submit" icon="search" busy={isBusy && w.people.finding}>
          {w.people.findDo}
        </Button>
      </div>
      <p class="fault" id={`${id}-fault`} role="status">
        {fault}
      </p>
    </form>
  )
}
