// What people are to each other and to the service, written as rows: for tests that are about something
// else than how it came about.
import { env } from 'cloudflare:workers'
import type { Person } from './people'

type Someone = Pick<Person, 'id'>

const run = (sql: string, ...values: (string | number | null)[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()

const groupIds = { Administrators: 1, Staff: 2, Parents: 3 }

/** Puts somebody into a permission group. */
export async function join(person: Someone, group: keyof typeof groupIds): Promise<void> {
  await run('insert into memberships (user_id, group_id) values (?, ?)', person.id, groupIds[group])
}

/** Makes two people friends, each with a label for the other. */
export async function befriend(
  one: Someone,
  other: Someone,
  labels: [string, string] = ['Default', 'Default'],
): Promise<void> {
  const request = await env.DB.prepare(
    `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
     values (?, ?, 'accepted', 0, 0) returning id`,
  )
    .bind(one.id, other.id)
    .first<{ id: number }>()
  const row = `insert into friendships (user_id, friend_id, label, agreed, request_id, created_at)
    values (?, ?, ?, 1, ?, 0)`
  await run(row, one.id, other.id, labels[0], request!.id)
  await run(row, other.id, one.id, labels[1], request!.id)
}

/** One asks another to be friends. */
export async function ask(sender: Someone, receiver: Someone): Promise<void> {
  await run(
    `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
     values (?, ?, 'pending', 0, 0)`,
    sender.id,
    receiver.id,
  )
}

/** One blocks another. */
export async function block(blocker: Someone, blocked: Someone): Promise<void> {
  await run(
    'insert into blocks (blocker_id, blocked_id, created_at) values (?, ?, 0)',
    blocker.id,
    blocked.id,
  )
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
  return (await env.DB.prepare('select * from users where id = ?').bind(person.id).first())!
}
