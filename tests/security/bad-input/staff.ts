// Bad input at the staff's own paths: asked by an administrator.
import type { BodyRow, BodilessRow, ListRow, RecordRow } from './rows'

const notFound = { detail: 'Not found.' }
const byStaff = true

export const bodies: BodyRow[] = []

export const bodiless: BodilessRow[] = [
  {
    route: 'POST /api/staff/jobs/:id/retry',
    path: '/api/staff/jobs/999999/retry/',
    byStaff,
    status: 404,
    body: notFound,
  },
]

export const records: RecordRow[] = [
  {
    route: 'POST /api/staff/jobs/:id/retry',
    path: (id) => `/api/staff/jobs/${id}/retry/`,
    byStaff,
    missing: notFound,
  },
  {
    route: 'DELETE /api/staff/jobs/:id',
    path: (id) => `/api/staff/jobs/${id}/`,
    byStaff,
    missing: notFound,
  },
]

export const lists: ListRow[] = [{ route: 'GET /api/staff/jobs', byStaff, cursor: 'id' }]
