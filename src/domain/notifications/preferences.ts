// How somebody wants to hear of things: what is switched off, by kind and channel, quiet hours, and whether a push
// shows what it is about.
import { sql } from 'drizzle-orm'
import { notificationSettings } from '../../db/schema'
import { q } from '../../db/compile'
import { change, changeTo, maybeRow, statement, value } from '../../db/declare'
import { insertInto, of } from '../../db/names'
import { type Caller, me, readAs, writeAs } from '../accounts'
import { tellChanged } from '../people'
import type { Context } from '../base/context'
import { kinds } from './kinds'

/** The channels that each can choose; by the others everything is told. */
export const choosable = ['feed', 'push'] as const
export type Choosable = (typeof choosable)[number]

/** When no push comes: minutes since midnight in an IANA zone, from one to before the other. */
export type QuietHours = { from: number; to: number; timezone: string }

/** By kind of event, whether each channel that it can be told by does. */
export type Choices = Record<string, { [C in Choosable]?: boolean }>

export type Preferences = { kinds: Choices; quietHours: QuietHours | null; showText: boolean }

/** What is to be otherwise; what is not named stays. */
export type PreferenceChanges = { [K in keyof Preferences]?: Preferences[K] | undefined }

/** The channels of each kind that somebody can choose. */
export const channelsOf: ReadonlyMap<string, readonly Choosable[]> = new Map(
  kinds
    .map(({ kind, channels }) => [kind, choosable.filter((one) => channels.includes(one))] as const)
    // What is told to a team's other systems alone is nobody's to choose.
    .filter(([, channels]) => channels.length > 0),
)

/** Those of them that are always on. */
export const lockedOf: ReadonlyMap<string, readonly Choosable[]> = new Map(
  kinds.flatMap(({ kind, locked }) =>
    locked ? [[kind, choosable.filter((one) => locked.includes(one))] as const] : [],
  ),
)

/** How the caller wants to hear of things. */
export async function getPreferences(ctx: Context, caller: Caller): Promise<Preferences> {
  const { stored } = await readAs(ctx, caller, { stored: settingsOf({ caller }) })
  return preferencesIn(stored)
}

/** Changes it, and answers with all of it. */
export async function changePreferences(
  ctx: Context,
  caller: Caller,
  changes: PreferenceChanges,
): Promise<Preferences> {
  if (Object.values(changes).every((to) => to === undefined)) return getPreferences(ctx, caller)
  const { before, after } = await writeAs(ctx, caller, {
    before: settingsOf({ caller }),
    row: makeSettings({ caller }),
    changed: changeSettings({ caller, ...columnsOf(changes) }),
    after: settingsOf({ caller }),
  })
  const [old, now] = [preferencesIn(before), preferencesIn(after)]
  if (JSON.stringify(old) !== JSON.stringify(now)) {
    tellChanged(ctx, caller, { what: 'notification_preferences' })
  }
  return now
}

type Stored = {
  off: Record<string, unknown> | string
  quietFrom: number | null
  quietTo: number | null
  timezone: string
  showText: boolean
}

function preferencesIn(stored: Stored | undefined): Preferences {
  const off = stored ? offIn(stored) : {}
  const isOn = (kind: string) => (channel: Choosable) =>
    [channel, !off[`${kind}.${channel}`]] as const
  return {
    kinds: Object.fromEntries(
      Array.from(channelsOf, ([kind, channels]) => [
        kind,
        Object.fromEntries(channels.map(isOn(kind))),
      ]),
    ),
    quietHours: stored ? quietIn(stored) : null,
    showText: stored?.showText ?? true,
  }
}

function offIn({ off }: Stored): Record<string, unknown> {
  return typeof off === 'string' ? (JSON.parse(off) as Record<string, unknown>) : off
}

function quietIn({ quietFrom: from, quietTo: to, timezone }: Stored): QuietHours | null {
  return from === null || to === null ? null : { from, to, timezone }
}

/** In a merge patch (RFC 7396) null takes a key away: what is on is not stored. */
function columnsOf({ kinds = {}, quietHours, showText }: PreferenceChanges) {
  const patch = Object.entries(kinds).flatMap(([kind, channels]) =>
    Object.entries(channels).map(([channel, isOn]) => [`${kind}.${channel}`, isOn ? null : 1]),
  )
  const isQuietSaid = quietHours !== undefined
  return {
    patch: JSON.stringify(Object.fromEntries(patch)),
    quietFrom: changeTo(isQuietSaid ? (quietHours?.from ?? null) : undefined),
    quietTo: changeTo(isQuietSaid ? (quietHours?.to ?? null) : undefined),
    timezone: changeTo(isQuietSaid ? (quietHours?.timezone ?? '') : undefined),
    showText: changeTo(showText),
  }
}

const settingsOf = maybeRow({ caller: me }, (p) =>
  q
    .select({
      off: sql<Stored['off']>`${of(notificationSettings.off)}`.as('off'),
      quietFrom: notificationSettings.quietFrom,
      quietTo: notificationSettings.quietTo,
      timezone: notificationSettings.timezone,
      showText: notificationSettings.showText,
    })
    .from(notificationSettings)
    .where(sql`${notificationSettings.userId} = ${p.caller}`),
)

const makeSettings = statement({ caller: me }, (p) =>
  q.run(
    sql`${insertInto(notificationSettings, 'userId')} values (${p.caller}) on conflict do nothing`,
  ),
)

const changing = {
  caller: me,
  patch: value<string>(),
  quietFrom: change(notificationSettings.quietFrom),
  quietTo: change(notificationSettings.quietTo),
  timezone: change(notificationSettings.timezone),
  showText: change(notificationSettings.showText),
}

const changeSettings = statement(changing, ({ caller, patch, ...changed }) =>
  q
    .update(notificationSettings)
    .set({ ...changed, off: sql`json_patch(${notificationSettings.off}, ${patch})` })
    .where(sql`${notificationSettings.userId} = ${caller}`),
)
