// What an endpoint is told: thin, so that it asks for what it may see.

/** An event as the database hands it over; `data` is JSON, `userIds` the first of those it was told to. */
export type Told = {
  id: number
  kind: string
  actorId: number | null
  userIds: string
  data: string
  createdAt: number
}

/** Ids of people in one delivery. */
export const maxUserIds = 200

/** The bytes that are signed and sent. */
export function bodyOf({ kind, actorId, userIds, data, createdAt }: Told): string {
  const timestamp = `${new Date(createdAt).toISOString().slice(0, 19)}Z`
  const people = { user_id: actorId, user_ids: JSON.parse(userIds) as number[] }
  const facts = JSON.parse(data) as Record<string, unknown>
  return JSON.stringify({ type: kind, timestamp, data: { ...people, ...facts } })
}
