// Makes the pages that the service shows to people: the files of Swagger UI beside the page at /docs, out of
// node_modules, and the web app of web/, built by Vite, in public/app. What is as it should be is left
// alone. Runs before every `wrangler dev`, `deploy` and `types` ([build] in wrangler.toml) and before the
// tests (vitest.config.ts).
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What is made, before it is in place: a server that is just reading public/ must see no half of a file. */
const making = `${root}.wrangler/pages/`
const app = `${root}public/app/`
/** Of what the app in public/app was made. */
const stamp = `${making}app.stamp`

/** Every file below a folder, by its path from there, in order. @param {string} folder */
function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replace(/\/+/g, '/').slice(folder.length))
    .toSorted()
}

/**
 * Puts a file in place, whole at once; what is there already is left alone: a server that runs would take it
 * for a change.
 * @param {string} file
 * @param {string | Uint8Array} content
 */
function put(file, content) {
  const bytes = Buffer.from(content)
  if (existsSync(file) && readFileSync(file).equals(bytes)) return
  mkdirSync(dirname(file), { recursive: true })
  const made = `${making}${process.pid}-${file.replaceAll(/[^A-Za-z0-9.]/g, '-')}`
  writeFileSync(made, bytes)
  renameSync(made, file)
}

function placeSwagger() {
  const from = `${root}node_modules/swagger-ui-dist/`
  // Its licence wants to travel with it.
  const files = ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css']
  for (const file of files) put(`${root}public/docs/${file}`, readFileSync(from + file))
}

/** What the app is made of: its own files, the client's, the versions of packages, and this script. */
function sourceHash() {
  const hash = createHash('sha256')
  const sources = [
    ...filesIn(`${root}web/`)
      .filter((file) => !file.includes('node_modules/'))
      .map((file) => `web/${file}`),
    ...filesIn(`${root}client/`)
      .filter((file) => !/^(dist|node_modules)\//.test(file))
      .map((file) => `client/${file}`),
    'package-lock.json',
    'scripts/build-pages.mjs',
  ]
  for (const file of sources) hash.update(`${file}\0`).update(readFileSync(root + file))
  return hash.digest('hex')
}

/** Whether the app in public/app is of these sources, with all its files. @param {string} hash */
function isBuilt(hash) {
  if (!existsSync(stamp)) return false
  const [of, ...files] = readFileSync(stamp, 'utf8').split('\n')
  return of === hash && files.length > 0 && files.every((file) => existsSync(app + file))
}

/**
 * Vite's way of building either part. Nothing is inlined: the policy of the page takes files alone.
 * @returns {import('vite').InlineConfig}
 */
const common = () => ({
  root: `${root}web`,
  base: '/app/',
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  resolve: { alias: { 'kith-client': `${root}client/index.ts` } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
})

/** Builds the app into a folder. @param {string} folder */
async function buildApp(folder) {
  const { build } = await import('vite')
  const shared = {
    outDir: folder,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    sourcemap: /** @type {const} */ ('hidden'),
    cssCodeSplit: false,
    reportCompressedSize: false,
  }
  await build({ ...common(), build: { ...shared, emptyOutDir: true } })
  const files = filesIn(folder).filter(
    (file) => file.startsWith('assets/') && !file.endsWith('.map'),
  )
  const hash = createHash('sha256')
  for (const file of ['index.html', ...files]) hash.update(readFileSync(folder + file))
  await build({
    ...common(),
    define: {
      KITH_FILES: JSON.stringify(files.map((file) => `/app/${file}`)),
      KITH_VERSION: JSON.stringify(hash.digest('hex').slice(0, 16)),
    },
    build: {
      ...shared,
      sourcemap: false,
      emptyOutDir: false,
      lib: { entry: 'src/sw.ts', formats: ['iife'], name: 'sw', fileName: () => 'sw.js' },
    },
  })
  for (const file of filesIn(`${root}web/icons/`)) {
    const to = `${folder}icons/${file}`
    mkdirSync(dirname(to), { recursive: true })
    writeFileSync(to, readFileSync(`${root}web/icons/${file}`))
  }
}

/** Files first, then the pages that name them; what nothing names any more goes last. @param {string} folder */
function placeApp(folder) {
  const files = filesIn(folder)
  const order = (/** @type {string} */ file) => ['sw.js', 'index.html'].indexOf(file)
  for (const file of files.toSorted((one, other) => order(one) - order(other))) {
    put(app + file, readFileSync(folder + file))
  }
  for (const file of filesIn(app)) if (!files.includes(file)) rmSync(app + file)
  return files
}

/** Where the app is changed while it is looked at: takes itself and all that it keeps away. */
const selfRemoving = `self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('kith-')) await caches.delete(name)
  await self.registration.unregister()
})()))
`

/**
 * Builds the app where it is not of today's sources. Without a worker, a page is always the newest.
 * @param {{ hasWorker?: boolean }} [options]
 * @returns {Promise<boolean>} whether it was built
 */
export async function buildPages({ hasWorker = true } = {}) {
  mkdirSync(making, { recursive: true })
  placeSwagger()
  const hash = `${sourceHash()}${hasWorker ? '' : ' without a worker'}`
  if (isBuilt(hash)) return false
  const folder = `${making}app-${process.pid}/`
  await buildApp(folder)
  if (!hasWorker) writeFileSync(`${folder}sw.js`, selfRemoving)
  const files = placeApp(folder)
  put(stamp, [hash, ...files].join('\n'))
  rmSync(folder, { recursive: true })
  return true
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPages()
