// Friends with labels, many at once, by SQL.
import { database } from './database'
import type { Person } from './people'

/** Makes others the friends of somebody; `label` is SQL over the others. */
export async function makeFriends(
  { id }: Person,
  others: number[],
  label = "'Default'",
): Promise<void> {
  const both = [id, JSON.stringify(others)] as const
  await database.batch([
    database
      .prepare(
        `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
          select ?1, value, 'accepted', 0, 0 from json_each(?2)`,
      )
      .bind(...both),
    database
      .prepare(
        `insert into friendships (user_id, friend_id, label, agreed, request_id, created_at)
          select ?1, value, ${label}, 1, (select id from friend_requests
            where sender_id = ?1 and receiver_id = value), 0 from json_each(?2)`,
      )
      .bind(...both),
  ])
}

/** The same, each with a label of their own: `Label 0`, `Label 1` and so on. */
export async function labelEverybody(person: Person, others: number[]): Promise<void> {
  await makeFriends(person, others, `'Label ' || key`)
  await database
    .prepare(
      `insert into friend_labels (user_id, label) select ?1, 'Label ' || key from json_each(?2)`,
    )
    .bind(person.id, JSON.stringify(others))
    .run()
}
