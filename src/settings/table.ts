// Every setting and secret by subject: its default and what it does. What reads the environment takes the
// defaults from here, and docs/settings.md is made from it (`npm run generate:docs`).
import { addresses } from './subjects/addresses'
import { chat } from './subjects/chat'
import { database } from './subjects/database'
import { guards } from './subjects/guards'
import { mail } from './subjects/mail'
import { outside } from './subjects/outside'
import { people } from './subjects/people'
import { signIn } from './subjects/sign-in'
import type { Setting } from './subjects/setting'

export { type SecretName, secrets } from './subjects/secrets'

/** The settings as docs/settings.md has them, subject by subject. */
export const subjects: Record<string, Record<string, Setting>> = {
  'Addresses and browsers': addresses,
  'Accounts and sessions': signIn,
  'Guards at the doors (`tries/seconds`)': guards,
  'Mail (`mails/seconds`)': mail,
  'What an account may do and have (`times/seconds`)': people,
  'Live chat (`times/seconds`)': chat,
  'Pushes and webhooks (`times/seconds`)': outside,
  Database: database,
}

/** Every setting by its name. */
export const settings = {
  ...addresses,
  ...signIn,
  ...guards,
  ...mail,
  ...people,
  ...chat,
  ...outside,
  ...database,
}
/** What a variable is called. */
export type SettingName = keyof typeof settings
/** A setting that is one of some words. */
export type ChoiceName = {
  [N in SettingName]: (typeof settings)[N] extends { words: unknown } ? N : never
}[SettingName]
/** What a variable may be that takes one of some words. */
export type WordOf<N extends ChoiceName> = (typeof settings)[N]['words'][number]
