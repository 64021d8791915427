// Who has left, outside the database: an empty file `erased/<id>` each in the bucket of the pictures, below
// a path that is not served. A restored database learns from them whom it must forget again.
import type { Erasures } from '../domain/context'

const folder = 'erased/'

/** The store over an R2 bucket. */
export function r2Erasures(bucket: R2Bucket): Erasures {
  return {
    async note({ id, object, at }) {
      await bucket.put(`${folder}${id}`, '', { customMetadata: { object, at: String(at) } })
    },
    async list(cursor) {
      const page = await bucket.list({
        prefix: folder,
        include: ['customMetadata'],
        ...(cursor === null ? {} : { cursor }),
      })
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
