// `npm run dev:web`, beside `npm run dev` or `npm run demo`: builds the web app again at each change of web/ or
// client/, so that a reload of the page shows it, under the same origin and policy as in production. The worker
// of the built app would keep showing the one before: meanwhile it is one that removes itself.
import { watch } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildPages } from './build-pages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Changes come in bursts; so long a pause ends one, in milliseconds. */
const settling = 100

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer
let isBuilding = false

async function build() {
  if (isBuilding) return again()
  isBuilding = true
  const begun = Date.now()
  try {
    const isNew = await buildPages({ hasWorker: false })
    if (isNew) console.log(`kith: built the web app in ${Date.now() - begun} ms; reload the page`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  } finally {
    isBuilding = false
  }
}

function again() {
  clearTimeout(timer)
  timer = setTimeout(() => void build(), settling)
}

for (const folder of ['web', 'client']) watch(root + folder, { recursive: true }, again)
await build()
