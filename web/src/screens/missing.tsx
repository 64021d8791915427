// What is shown at an address where nothing is.
import type { JSX } from 'preact'
import { Empty } from '../ui/list'
import { Link } from '../ui/link'
import { Page } from '../ui/page'
import { w } from '../words'

/** Nothing at this address. */
export function Missing(): JSX.Element {
  return (
    <Page title={w.state.notFound}>
      <Empty title={w.state.goneHint}>
        <Link to="/" class="button main">
          {w.state.toHome}
        </Link>
      </Empty>
    </Page>
  )
}
