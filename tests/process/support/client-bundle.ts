// The client as a page would load it: one file, for browsers.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The bundle's text, and the files that went into it. */
export async function bundleClient(): Promise<{ text: string; inputs: string[] }> {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const { outputFiles, metafile } = await build({
    entryPoints: ['client/index.ts'],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  })
  return {
    text: outputFiles.map(({ text }) => text).join(''),
    inputs: Object.keys(metafile.inputs),
  }
}
