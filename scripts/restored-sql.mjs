// What a database that was restored is told at once, by SQL alone (`npm run restored`).

/** How much further every sequence goes: none of the ids that were given since the backup comes again. */
const further = 10_000_000
/** Not for the jobs' own turn: the timer looks for it by its key, before anything else. */
const never = 8_640_000_000_000_000

const counted = `select name from sqlite_schema where type = 'table' and sql like '%autoincrement%'
  and name not like 'd1\\_%' escape '\\' and name not like '\\_%' escape '\\'`

/**
 * The statements, in their order: first the job that holds back every write until the timer has done it.
 * @param {number} now in milliseconds
 */
export function restoredStatements(now) {
  return [
    `insert into jobs (kind, key, payload, due_at, created_at) values ('restore.repair',
      'restore.repair:database', json_object('at', ${now}), ${never}, ${now})
      on conflict (key) do update set payload = excluded.payload`,
    `insert into sqlite_sequence (name, seq) select name, 0 from (${counted})
      where name not in (select name from sqlite_sequence)`,
    `update sqlite_sequence set seq = seq + ${further} where name in (${counted})`,
  ]
}
