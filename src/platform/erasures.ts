// Who has left, outside the database: an empty file `erased/<id>` each in the bucket of the pictures, below
// a path that is not served. A restored database learns from them whom it must forget again.
import type { Erasures, InTime } from '../domain/base/context'

const folder = 'erased/'

/** The store over an R2 bucket. */
export function r2Erasures(bucket: R2Bucket, inTime: InTime): Erasures {
  return {
    async note({ id, object, at }) {
      const customMetadata = { object, at: String(at) }
      await inTime('r2', () => bucket.put(`${folder}${id}`, '', { customMetadata }))
    },
    async list(cursor) {
      const more = cursor === null ? {} : { cursor }
      const asked = { prefix: folder, include: ['customMetadata' as const], ...more }
      const page = await inTime('r2', () => bucket.list(asked))
      return {
        erasures: page.objects.map(({ key, customMetadata }) => ({
          id: Number(key.slice(folder.length)),
          object: customMetadata?.['object'] ?? '',
          at: Number(customMetadata?.['at']),
        })),
        next: page.truncated ? page.cursor : null,
      }
    },
  }
}
