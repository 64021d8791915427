// The one list of the nouns, in the order in which a person is erased and the export is written.
import { accounts } from '../accounts'
import { chat } from '../chat'
import { contacts } from '../contacts'
import { friends } from '../friends'
import { media } from '../media'
import { people } from '../people'
import { plans } from '../plans'
import { push } from '../push'
import { staff } from '../staff'
import { webhooks } from '../webhooks'
import type { JobKinds } from '../base/context'
import type { EventKind } from '../base/events'
import type { Lifecycle } from '../base/lifecycle'
import { base } from '../base/own-lifecycle'

const list = [
  base,
  push,
  accounts,
  contacts,
  friends,
  chat,
  media,
  plans,
  webhooks,
  staff,
  people,
] as const

/** All nouns. */
export const nouns: readonly Lifecycle[] = list

type PartsOf<N> = N extends { held: infer H } ? keyof H : never
/** The names of the export's parts. */
export type ExportPart = PartsOf<(typeof list)[number]>

/** All kinds of event. */
export const eventKinds: readonly EventKind[] = nouns.flatMap(({ events = [] }) => events)

/** By kind of job: what does it. */
export const jobKinds: JobKinds = Object.assign({}, ...nouns.map(({ jobs }) => jobs))
