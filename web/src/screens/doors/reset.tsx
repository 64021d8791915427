// /reset: a new password by a mailed link.
import type { JSX } from 'preact'
import { fragment } from '../../link-token'
import { w } from '../../words'
import { BadLink } from './link'
import { ResetForm } from './reset-form'

const link = { uid: fragment.get('uid') ?? '', token: fragment.get('token') ?? '' }

/** The page. */
export default function Reset(): JSX.Element {
  if (link.token === '') return <BadLink title={w.link.resetTitle} hint={w.link.missing} />
  return <ResetForm {...link} />
}
