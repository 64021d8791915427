// What people are to each other and to the service, written as rows: for tests that are about something
// else than how it came about.
import { database } from './database'
import type { Person } from './people'

type Someone = Pick<Person, 'id'>

const run = (sql: string, ...values: (string | number | null)[]) =>
  database
    .prepare(sql)
    .bind(...values)
    .run()

const groupIds = { Administrators: 1, Staff: 2, Parents: 3 }

/** Puts somebody into a permission group. */
export async function join(person: Someone, group: keyof typeof groupIds): Promise<void> {
  await run('insert into memberships (user_id, group_id) values (?, ?)', person.id, groupIds[group])
}

/** Makes two people friends: what each side calls the other, and whether it agreed. */
export async function befriend(
  one: Someone,
  other: Someone,
  more: { labels?: [string, string]; agreed?: [0 | 1, 0 | 1] } = {},
): Promise<void> {
  const { labels = ['Default', 'Default'], agreed = [1, 1] } = more
  const request = await database
    .prepare(
      `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
     values (?, ?, 'accepted', 0, 0) returning id`,
    )
    .bind(one.id, other.id)
    .first<{ id: number }>()
  const row = `insert into friendships (user_id, friend_id, label, agreed, request_id, created_at)
    values (?, ?, ?, ?, ?, 0)`
  await run(row, one.id, other.id, labels[0], agreed[0], request!.id)
  await run(row, other.id, one.id, labels[1], agreed[1], request!.id)
}

/** Ends a friendship. */
export async function part(one: Someone, other: Someone): Promise<void> {
  const row = 'delete from friendships where user_id = ? and friend_id = ?'
  await run(row, one.id, other.id)
  await run(row, other.id, one.id)
}

/** One asks another to be friends, and was rejected perhaps. */
export async function ask(sender: Someone, receiver: Someone, status = 'pending'): Promise<void> {
  await run(
    `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
     values (?, ?, ?, 0, 0)`,
    sender.id,
    receiver.id,
    status,
  )
}

/** One has rejected or removed another. */
export async function refuse(refuser: Someone, refused: Someone): Promise<void> {
  await run(
    'insert into refusals (refuser_id, refused_id, created_at) values (?, ?, 0)',
    refuser.id,
    refused.id,
  )
}

/** One blocks another, which ends their friendship. */
export async function block(blocker: Someone, blocked: Someone): Promise<void> {
  await part(blocker, blocked)
  await run(
    'insert into blocks (blocker_id, blocked_id, created_at) values (?, ?, 0)',
    blocker.id,
    blocked.id,
  )
}

export async function unblock(blocker: Someone, blocked: Someone): Promise<void> {
  await run('delete from blocks where blocker_id = ? and blocked_id = ?', blocker.id, blocked.id)
}

/** Gives an account an address, and perhaps the e-mailed code at every door. */
export async function setEmail(person: Someone, email: string, codeRequired = false) {
  await run(
    'update users set email = ?, email_key = ?, code_required = ? where id = ?',
    email,
    email.toLowerCase(),
    codeRequired ? 1 : 0,
    person.id,
  )
}

/** An account's row. */
export async function accountRow(person: Someone): Promise<Record<string, unknown>> {
  return (await database.prepare('select * from users where id = ?').bind(person.id).first())!
}
