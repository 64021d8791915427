// Pictures in R2, and the default avatar, which is a file of ours among the static assets.
import type { InTime, MediaStore, StoredFile } from '../domain/base/context'

const defaultAvatar = 'avatars/default.png'

/** The store over an R2 bucket; `assets` serves `public/`. */
export function r2MediaStore(bucket: R2Bucket, assets: Fetcher, inTime: InTime): MediaStore {
  const asked = <T>(work: () => Promise<T>) => inTime('r2', work)
  return {
    async find(key) {
      if (key === defaultAvatar) return asked(() => readDefault(assets, 'HEAD'))
      const file = await asked(() => bucket.head(key))
      return file && describe(file)
    },
    async read(key, part) {
      if (key === defaultAvatar) return asked(() => readDefault(assets, 'GET', part))
      const file = await asked(() => bucket.get(key, part ? { range: part } : {}))
      if (!file) return null
      const length = part?.length ?? file.size
      return { ...describe(file), body: steadily(file.body, length, inTime) }
    },
    async put(key, { type, bytes }) {
      await asked(() => bucket.put(key, bytes, { httpMetadata: { contentType: type } }))
    },
    async remove(keys) {
      if (keys.length > 0) await asked(() => bucket.delete([...keys]))
    },
  }
}

/** A body of `length` bytes that breaks off where its source falls silent. */
function steadily(body: ReadableStream<Uint8Array>, length: number, inTime: InTime) {
  const reader = body.getReader()
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await inTime('r2', () => reader.read())
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  // A stream of a known length is sent with its `Content-Length`.
  return watched.pipeThrough(new FixedLengthStream(length))
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
