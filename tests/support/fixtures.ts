// What the tests know of each noun: a file of `tests/fixtures/` each, found by its being there.
import { nouns } from '../../src/domain/moving/nouns'
import type { BodilessRow, BodyRow, ListRow, RecordRow } from '../security/bad-input/rows'
import type { Row } from '../faults/requests'
import type { Everything } from './one-of-everything'
import type { World } from './world'

/** Whose example it is, by what is there before any example is made. */
export type Owner = Pick<Everything, 'marker' | 'person' | 'friend'> & { world: World }

export type Fixture = {
  /** Gives somebody a row in each of the noun's tables that is about people. */
  example: (owner: Owner) => Promise<void>
  /** What their export has of it, by the export's parts. */
  exported?: Record<string, unknown>
  /** The noun's routes as `faults/requests.ts` has them: a request of each that succeeds. */
  requests?: Row[]
  /** Its rows of `security/bad-input/`, by kind. */
  bodies?: BodyRow[]
  bodiless?: BodilessRow[]
  records?: RecordRow[]
  lists?: ListRow[]
}

const files = import.meta.glob<Fixture>('../fixtures/*.ts', { eager: true })

/** All of them, in the order of the nouns: one's examples may need those before it. */
export const fixtures: Fixture[] = nouns.flatMap(
  ({ name }) => files[`../fixtures/${name}.ts`] ?? [],
)

if (fixtures.length < Object.keys(files).length) {
  throw new Error('a file of tests/fixtures is called otherwise than any noun')
}
