// Pictures in R2, and the default avatar, which is a file of ours among the static assets.
import type { MediaStore, StoredFile } from '../domain/context'

const defaultAvatar = 'avatars/default.png'

/** The store over an R2 bucket; `assets` serves `public/`. */
export function r2MediaStore(bucket: R2Bucket, assets: Fetcher): MediaStore {
  return {
    async find(key) {
      if (key === defaultAvatar) return readDefault(assets, 'HEAD')
      const file = await bucket.head(key)
      return file && describe(file)
    },
    async read(key, part) {
      if (key === defaultAvatar) return readDefault(assets, 'GET', part)
      const file = await bucket.get(key, part ? { range: part } : {})
      return file && { ...describe(file), body: file.body }
    },
    async put(key, { type, bytes }) {
      await bucket.put(key, bytes, { httpMetadata: { contentType: type } })
    },
    async remove(keys) {
      if (keys.length > 0) await bucket.delete([...keys])
    },
  }
}

function describe(file: R2Object) {
  const type = file.httpMetadata?.contentType ?? 'application/octet-stream'
  return { type, size: file.size, etag: file.httpEtag, isImmutable: true }
}

async function readDefault(
  assets: Fetcher,
  method: 'GET' | 'HEAD',
  part?: { offset: number; length: number },
): Promise<StoredFile | null> {
  const answer = await assets.fetch(new Request(`https://assets.invalid/media/${defaultAvatar}`))
  if (!answer.ok) return null
  // It is small, and the assets binding answers no ranges.
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const asked = part ? bytes.subarray(part.offset, part.offset + part.length) : bytes
  return {
    type: 'image/png',
    size: bytes.length,
    etag: answer.headers.get('etag')?.replace(/^W\//, '') ?? `"${bytes.length}"`,
    isImmutable: false,
    body: method === 'HEAD' ? null : new Response(asked).body,
  }
}
