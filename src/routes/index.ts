// All routers of the service. A route is in the file that most words of its URL name: /users/friends/request
// in users/friends.ts, /api/plans/<id>/invite in api/plans/invite.ts, /accounts/login in accounts.ts.
import type { Hono } from 'hono'
import type { AppEnv } from '../wire/pipeline/app-env'
import { list } from './list'
import { openapi } from './openapi'

/** Every router, in the order of the document that describes them. */
export const routers: readonly Hono<AppEnv>[] = [...list, openapi(list)]
