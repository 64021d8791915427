// Tests have a long form, which `npm run test:all` runs: more rounds of the same.
import { env } from 'cloudflare:workers'

/** Whether the long forms are asked for. */
export const isLong = env.TESTS_FULL === '1'
