// The routers of the files beside and below this one. Made by `npm run generate:lists`: not to be edited.
import type { Hono } from 'hono'
import type { AppEnv } from '../wire/pipeline/app-env'
import { accounts } from './accounts'
import { apiCalendar } from './api/calendar'
import { apiChangePassword } from './api/change-password'
import { apiFriends } from './api/friends'
import { apiLogout } from './api/logout'
import { apiMe } from './api/me'
import { apiMeNotificationPreferences } from './api/me/notification-preferences'
import { apiMePushSubscriptions } from './api/me/push-subscriptions'
import { apiNotifications } from './api/notifications'
import { apiPlans } from './api/plans'
import { apiPlansInvite } from './api/plans/invite'
import { apiProfile } from './api/profile'
import { apiPush } from './api/push'
import { apiRegister } from './api/register'
import { apiRsvp } from './api/rsvp'
import { apiService } from './api/service'
import { apiSessions } from './api/sessions'
import { apiStaffJobs } from './api/staff/jobs'
import { apiStaffWebhooks } from './api/staff/webhooks'
import { apiStaffWebhooksDeliveries } from './api/staff/webhooks/deliveries'
import { apiStaffWebhooksTest } from './api/staff/webhooks/test'
import { apiToken } from './api/token'
import { apiTokenRefresh } from './api/token/refresh'
import { apiUserCards } from './api/users/cards'
import { apiUsers } from './api/users'
import { app } from './app'
import { asyncapi } from './asyncapi'
import { auth } from './auth'
import { calendar } from './calendar'
import { conversations } from './conversations'
import { docs } from './docs'
import { friends } from './friends'
import { groups } from './groups'
import { health } from './health'
import { media } from './media'
import { oauth } from './oauth'
import { twofa } from './twofa'
import { users } from './users'
import { usersAddFriend } from './users/add-friend'
import { usersBlocks } from './users/blocks'
import { usersDeleteAccount } from './users/delete-account'
import { usersExport } from './users/export'
import { usersFriendList } from './users/friend-list'
import { usersFriends } from './users/friends'
import { usersProfile } from './users/profile'
import { usersRemoveFriend } from './users/remove-friend'
import { usersSearchFriends } from './users/search-friends'
import { usersSearchUsers } from './users/search-users'
import { usersUpdate } from './users/update'
import { usersUserDetails } from './users/user-details'
import { usersUserInfo } from './users/user-info'
import { usersUserList } from './users/user-list'
import { wellKnown } from './well-known'
import { ws } from './ws'

/** Every router, by its name. */
export const list: readonly Hono<AppEnv>[] = [
  accounts,
  apiCalendar,
  apiChangePassword,
  apiFriends,
  apiLogout,
  apiMe,
  apiMeNotificationPreferences,
  apiMePushSubscriptions,
  apiNotifications,
  apiPlans,
  apiPlansInvite,
  apiProfile,
  apiPush,
  apiRegister,
  apiRsvp,
  apiService,
  apiSessions,
  apiStaffJobs,
  apiStaffWebhooks,
  apiStaffWebhooksDeliveries,
  apiStaffWebhooksTest,
  apiToken,
  apiTokenRefresh,
  apiUserCards,
  apiUsers,
  app,
  asyncapi,
  auth,
  calendar,
  conversations,
  docs,
  friends,
  groups,
  health,
  media,
  oauth,
  twofa,
  users,
  usersAddFriend,
  usersBlocks,
  usersDeleteAccount,
  usersExport,
  usersFriendList,
  usersFriends,
  usersProfile,
  usersRemoveFriend,
  usersSearchFriends,
  usersSearchUsers,
  usersUpdate,
  usersUserDetails,
  usersUserInfo,
  usersUserList,
  wellKnown,
  ws,
]
