// A list as a page of its own, or beside what is chosen of it.
import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import { Page } from '../ui/page'

/** The page, or the pane where there is room for both. */
export function ListPage({
  title,
  params,
  actions,
  children,
}: {
  title: string
  params: Record<string, string>
  actions?: ComponentChildren
  children: ComponentChildren
}): JSX.Element {
  if (params['pane'] !== 'list') {
    return (
      <Page title={title} actions={actions}>
        {children}
      </Page>
    )
  }
  return (
    <aside class="page-main" aria-label={title}>
      <div class="page-head">
        <h2>{title}</h2>
        <div class="page-actions push">{actions}</div>
      </div>
      {children}
    </aside>
  )
}

/** Filters a list by what is typed. */
export function SearchField({
  label,
  value,
  onInput,
}: {
  label: string
  value: string
  onInput: (text: string) => void
}): JSX.Element {
  const id = useId()
  return (
    <div class="search">
      <label class="hidden-text" for={id}>
        {label}
      </label>
      <input
        id={id}
        class="input"
        type="search"
        placeholder={label}
        autocomplete="off"
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  )
}
