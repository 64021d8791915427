// The nouns' lifecycles, in the nouns' order. Made by `npm run generate:lists`: not to be edited.
import { accounts } from '../accounts'
import { media } from '../media'
import { people } from '../people'
import { contacts } from '../contacts'
import { chat } from '../chat'
import { friends } from '../friends'
import { plans } from '../plans'
import { push } from '../push'
import { webhooks } from '../webhooks'
import { notifications } from '../notifications'
import { staff } from '../staff'
import { base } from '../base/own-lifecycle'

/** What each noun says of itself. */
export const lifecycles = [
  base,
  accounts,
  media,
  people,
  contacts,
  chat,
  friends,
  plans,
  push,
  webhooks,
  notifications,
  staff,
] as const
