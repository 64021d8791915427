// What the nouns' lifecycles say together, for the loops beside this file and for the Worker.
import { people } from '../people'
import type { JobKinds } from '../base/context'
import type { EventKind } from '../base/events'
import type { Lifecycle } from '../base/lifecycle'
import { lifecycles } from './list'

const all: readonly Lifecycle[] = lifecycles

/** All nouns, in the order in which a person is erased and the export is written: the account's row goes last. */
export const nouns: readonly Lifecycle[] = [...all.filter((noun) => noun !== people), people]

type PartsOf<N> = N extends { held: infer H } ? keyof H : never
/** The names of the export's parts. */
export type ExportPart = PartsOf<(typeof lifecycles)[number]>

/** The same as a list. */
export const exportParts = nouns.flatMap(({ held = {} }) => Object.keys(held)) as ExportPart[]

/** All kinds of event. */
export const eventKinds: readonly EventKind[] = nouns.flatMap(({ events = [] }) => events)

/** By kind of job: what does it. */
export const jobKinds: JobKinds = Object.assign({}, ...nouns.map(({ jobs }) => jobs))
