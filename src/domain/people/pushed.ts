// Whether anybody's device is to be pushed to.
import { type SQL, sql } from 'drizzle-orm'
import { notificationSettings, pushTargets, sessions } from '../../db/schema'
import { of } from '../../db/names'

/** Somebody has a device whose session is good; `now` in milliseconds. */
const hasTarget = (person: SQL, now: SQL) => sql`exists (select 1 from ${pushTargets}
  join ${sessions} on ${of(sessions.id)} = ${of(pushTargets.sessionId)}
  where ${of(pushTargets.userId)} = ${person}
    and ${of(sessions.endedAt)} is null and ${of(sessions.expiresAt)} > ${now})`

/** Somebody has not switched off a kind of event for a channel (`"rsvp.changed.push"`). */
export const isOn = (
  person: SQL,
  name: SQL,
) => sql`not exists (select 1 from ${notificationSettings}
  where ${of(notificationSettings.userId)} = ${person}
    and json_extract(${of(notificationSettings.off)}, '$."' || ${name} || '"') = 1)`

/** 1 where somebody wants pushes of a kind and has a device for them. */
export const isPushWanted = (person: SQL, kind: SQL, now: SQL) =>
  sql<0 | 1>`(${hasTarget(person, now)} and ${isOn(person, sql`${kind} || '.push'`)})`
