// The order of the test files: in each group of projects the longest first, so that no worker is left alone with
// one in the end. What vitest remembers of the last run is not there after a clean install.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files of twenty seconds and more, the longest first. */
const longest = [
  'tests/process/mail.test.ts',
  'tests/process/fuzz.test.ts',
  'tests/process/demo.test.ts',
  'tests/security/bad-input.test.ts',
  'tests/process/docs.test.ts',
  'tests/process/libsql-faults.test.ts',
  'tests/process/faults.test.ts',
]

const placeOf = ({ moduleId }: TestSpecification) => {
  const place = longest.findIndex((file) => moduleId.endsWith(`/${file}`))
  return place === -1 ? longest.length : place
}

const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder

/** By group, then those above, then as vitest has it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Vitest's, which answers with a list of its own.
    // oxlint-disable-next-line unicorn/no-array-sort
    const usual = await super.sort(files)
    return usual.toSorted((a, b) => groupOf(a) - groupOf(b) || placeOf(a) - placeOf(b))
  }
}
