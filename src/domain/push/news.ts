// What a push says. Browsers read declarative web push, as a service worker does; for FCM see `fcm.ts`.
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Context } from '../base/context'
import { keyedHash } from '../base/secrets'
import { maxText } from './encryption'

/** What somebody reads. */
export type PushWords = { title: string; body: string }

/** A push, before it is anybody's: what `data` holds are ids and codes. */
export type PushNews = {
  /** The kind of event, and the id of what it is about: where a tap leads. */
  kind: string
  id: string
  /** With names and texts: for whoever alone can read it. */
  words: PushWords
  /** Without anybody's names and texts: for what Google can read. */
  bare: PushWords
  /** What the app's icon shows; null where it is to stay. */
  badge: number | null
  data: Readonly<Record<string, string | number>>
  /** 24 characters (`topicOf`): a later push with the same takes this one's place. */
  topic: string
  urgency: 'normal' | 'high'
  /** In seconds. */
  ttl: number
}

/** A name for the pushes of one group to one person, that says neither. */
export function topicOf(ctx: Context, userId: number, group: string): string {
  return keyedHash(ctx.keys, 'topic', `${userId}:${group}`).slice(0, 24)
}

/** For a person who wants no text shown, and for a push that found no room. */
export function saysNothing(ctx: Context): PushWords {
  return { title: ctx.rules.push.appName, body: 'You have something new.' }
}

/** What browsers are sent: bytes of JSON that fit into a push; texts are cut for it. */
export function webBodyOf(ctx: Context, news: PushNews): Uint8Array<ArrayBuffer> {
  const { title, body } = ctx.rules.push.text === 'none' ? news.bare : news.words
  const build = (title: string, body: string) => bytesOf(ctx, news, { title, body })
  if (build(title, body).length <= maxText) return build(title, body)
  if (build(title, '').length <= maxText) {
    return build(
      title,
      longestOf(body, (cut) => build(title, cut).length <= maxText),
    )
  }
  return build(
    longestOf(title, (cut) => build(cut, '').length <= maxText),
    '',
  )
}

function bytesOf(ctx: Context, news: PushNews, words: PushWords): Uint8Array<ArrayBuffer> {
  const { kind, badge, topic, data } = news
  const link = linkOf(ctx, news)
  const json = {
    ...(link === '' ? {} : { web_push: 8030 }),
    notification: {
      ...words,
      ...(link === '' ? {} : { navigate: link }),
      tag: topic,
      lang: 'en',
      // The drafts differ about its place and its kind, and the browsers with them.
      ...(badge === null ? {} : { app_badge: String(badge) }),
      data: { kind, ...data },
    },
    ...(badge === null ? {} : { app_badge: badge }),
    mutable: true,
  }
  return utf8ToBytes(JSON.stringify(json))
}

/** Where a tap leads; '' is nowhere. */
export function linkOf(ctx: Context, { kind, id }: PushNews): string {
  const parts: Record<string, string> = { '{kind}': kind, '{id}': id }
  return ctx.rules.push.link.replace(/\{kind\}|\{id\}/g, (name) => encodeURIComponent(parts[name]!))
}

/** The longest beginning of a text that fits, by whole characters, with an ellipsis behind it. */
function longestOf(text: string, fits: (cut: string) => boolean): string {
  const characters = Array.from(text.toWellFormed())
  const cutAt = (length: number) => `${characters.slice(0, length).join('').trimEnd()}…`
  let [from, to] = [0, characters.length]
  while (from < to) {
    const middle = Math.ceil((from + to) / 2)
    if (fits(cutAt(middle))) from = middle
    else to = middle - 1
  }
  return cutAt(from)
}
