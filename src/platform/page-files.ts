// The files of the service's own pages: static assets below public/.
import type { PageFiles } from '../domain/base/context'

/** Reads files through the assets binding; its address for a folder is that of the folder's index.html. */
export function assetPages(assets: Fetcher): PageFiles {
  return {
    async read(path) {
      const answer = await assets.fetch(new Request(new URL(path, 'https://assets.invalid')))
      if (!answer.ok) return null
      return { etag: answer.headers.get('etag') ?? '', body: answer.body }
    },
  }
}
