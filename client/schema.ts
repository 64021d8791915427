// Made by `npm run generate:client` from /openapi.json and /asyncapi.json: not to be edited.

export interface paths {
  "/accounts/signup": {
    /** Sign up, and in */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          username: string
          password: string
        }
      } }
      responses: {
        201: { content: {
          "application/json": {
            message: string
            refresh: string
            access: string
          }
        } }
      }
    }
  }
  "/accounts/login": {
    /**
     * Sign in
     *
     * An account that has the e-mailed code switched on needs `code` as well.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          username: string
          password: string
          code?: string | null
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            refresh: string
            access: string
          }
        } }
      }
    }
  }
  "/accounts/refresh": {
    /** A new access token for a refresh token, which stays good */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          refresh: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            access: string
          }
        } }
      }
    }
  }
  "/accounts/logout": {
    /** End the session of a refresh token of one’s own */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          refresh: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            message: string
          }
        } }
      }
    }
  }
  "/api/calendar": {
    /**
     * A new secret address for the calendar of one’s plans
     *
     * It is told only here, and replaces the one before.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        201: { content: {
          "application/json": {
            url: string
          }
        } }
      }
    }
    /**
     * Close the calendar at its secret address
     *
     * Also 204 where there is none.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/change-password": {
    /**
     * Change one’s password; every other session ends
     *
     * Of this session the older tokens end too; by cookie, two new cookies are set. The old password is always asked for, but of an account that has none (it came through 42): that one needs a fresh sign-in.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          new_password: string
          old_password?: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            message: string
          }
        } }
      }
    }
  }
  "/api/friends/request/{id}": {
    /**
     * Ask somebody to be friends
     *
     * 200 where they had asked already: their request is accepted. After a rejection the same request is open again.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["FriendRequest"]
        } }
        201: { content: {
          "application/json": components["schemas"]["FriendRequest"]
        } }
      }
    }
  }
  "/api/friends/respond/{id}": {
    /**
     * Accept or reject a friend request that one received
     *
     * The id is the `request_id` of the list. The same answer again is good.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          action: "accept" | "reject"
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            id: string
            status: "pending" | "accepted" | "rejected"
          }
        } }
      }
    }
  }
  "/api/friends": {
    /**
     * One’s friends, and the requests that wait for an answer
     *
     * `id` is the other person’s; `request_id` is the one to answer, cancel or end the friendship by.
     */
    get: {
      parameters: {
        query?: {
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            current_user_id: string
            friends: Array<{
              id: string
              request_id: string
              username: string
            }>
            incoming_requests: Array<{
              id: string
              request_id: string
              username: string
              status: "pending"
            }>
            outgoing_requests: Array<{
              id: string
              request_id: string
              username: string
              status: "pending"
            }>
          }
        } }
      }
    }
  }
  "/api/friends/list": {
    /**
     * One’s friends, and the requests that wait for an answer
     *
     * `id` is the other person’s; `request_id` is the one to answer, cancel or end the friendship by.
     */
    get: {
      parameters: {
        query?: {
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            current_user_id: string
            friends: Array<{
              id: string
              request_id: string
              username: string
            }>
            incoming_requests: Array<{
              id: string
              request_id: string
              username: string
              status: "pending"
            }>
            outgoing_requests: Array<{
              id: string
              request_id: string
              username: string
              status: "pending"
            }>
          }
        } }
      }
    }
  }
  "/api/friends/remove/{id}": {
    /**
     * End a friendship, or cancel or decline a request
     *
     * The id is the `request_id` of the list; the other person’s is understood too.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/logout": {
    /**
     * End every session that the request names, and clear the cookies
     *
     * Works with whatever is left of a sign-in, and also with nothing: `Authorization`, the access and the refresh cookie are each looked at.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            success: true
          }
        } }
      }
    }
  }
  "/api/me": {
    /** Who is signed in */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["Me"]
        } }
      }
    }
  }
  "/api/me/notification-preferences": {
    /**
     * How one wants to hear of things
     *
     * All is on by default. Live sockets hear everything, whatever is preferred.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["NotificationPreferences"]
        } }
      }
    }
    /**
     * Change how one wants to hear of things
     *
     * What is not named stays as it is; the answer is all of it.
     */
    patch: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          kinds?: {
            "friend_request.received"?: {
              feed?: boolean
              push?: boolean
            }
            "friend_request.answered"?: {
              feed?: boolean
              push?: boolean
            }
            "rsvp.changed"?: {
              feed?: boolean
              push?: boolean
            }
            "rsvp.promoted"?: {
              feed?: boolean
              push?: boolean
            }
            "plan.invited"?: {
              feed?: boolean
              push?: boolean
            }
            "plan.changed"?: {
              feed?: boolean
              push?: boolean
            }
            "plan.cancelled"?: {
              feed?: boolean
              push?: boolean
            }
            "message.created"?: {
              push?: boolean
            }
            "account.security"?: {
              feed?: boolean
              push?: boolean
            }
          }
          quiet_hours?: {
            from: string
            to: string
            timezone: string
          } | null
          show_text?: boolean
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["NotificationPreferences"]
        } }
      }
    }
  }
  "/api/me/push-subscriptions": {
    /** One’s own devices that pushes are sent to, newest first */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["PushSubscription"]>
        } }
      }
    }
    /**
     * Have pushes sent to this device
     *
     * Takes `PushSubscription.toJSON()` as it is, or an app’s `fcm_token`. The same address again is 200 and this session’s from then on.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          fcm_token: string
          platform: "android" | "ios"
        } | {
          endpoint: string
          keys: {
            p256dh: string
            auth: string
          }
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["PushSubscription"]
        } }
        201: { content: {
          "application/json": components["schemas"]["PushSubscription"]
        } }
      }
    }
    /**
     * Have no more pushes sent to a device, by its address
     *
     * Also where there is none; somebody else’s stays.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          fcm_token: string
        } | {
          endpoint: string
        }
      } }
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/me/push-subscriptions/{id}": {
    /**
     * Have no more pushes sent to a device
     *
     * Also where there is none; somebody else’s stays.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/me/push-subscriptions/{id}/test": {
    /**
     * Send a push to one of one’s own devices, now
     *
     * `gone`: its service knows the device no more, and it is removed.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            result: "accepted" | "gone" | "failed"
          }
        } }
      }
    }
  }
  "/api/notifications": {
    /**
     * What happened to oneself, newest first
     *
     * A line is the events of one group; what comes anew moves it to the end. The cursor is a position.
     */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
          unread?: boolean
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["Notification"]>
        } }
      }
    }
    /** Remove one’s notifications up to a position */
    delete: {
      parameters: {
        query: {
          up_to: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/notifications/counts": {
    /**
     * How much is new to oneself
     *
     * Each is counted to 100.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["NotificationCounts"]
        } }
      }
    }
  }
  "/api/notifications/seen": {
    /**
     * Have seen one’s notifications up to a position
     *
     * Never goes back; above the newest it is the newest.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          up_to: number
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["NotificationCounts"]
        } }
      }
    }
  }
  "/api/notifications/read": {
    /**
     * Have read one’s notifications up to a position, or some by their ids
     *
     * `up_to` is seen, too. Ids of others do nothing.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          up_to?: number
          ids?: Array<number>
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["NotificationCounts"]
        } }
      }
    }
  }
  "/api/notifications/{id}": {
    /**
     * Remove one of one’s notifications
     *
     * Repeatable; what comes anew brings it back.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/plans": {
    /**
     * The plans that one may see, by start
     *
     * `mine=true`: only one’s own; `friends=true`: one’s own and those of friends. `start_time` and `end_time` limit by start and end. `answered=true`: those that one goes to, may go to or waits for. A page has the latest plans, the next one those before; with `order=soonest` the first ones, and the next page those after.
     */
    get: {
      parameters: {
        query?: {
          friends?: boolean | null
          mine?: boolean | null
          answered?: boolean | null
          order?: "soonest" | null
          start_time?: string | null
          end_time?: string | null
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["Plan"]>
        } }
      }
    }
  }
  "/api/plans/add": {
    /** Make a plan */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          title: string
          location: {
            name?: string | null
            address1: string
            address2?: string | null
            city: string
            state: string
            zipcode: string
          }
          end_time: string
          description?: string | null
          start_time?: string | null
          timezone?: string | null
          visibility?: "everyone" | "friends" | "private" | null
          capacity?: number | null
        }
      } }
      responses: {
        201: { content: {
          "application/json": components["schemas"]["SinglePlan"]
        } }
      }
    }
  }
  "/api/plans/{id}.ics": {
    /**
     * One plan as a calendar file
     *
     * `If-None-Match` is understood.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "text/calendar": string
        } }
      }
    }
  }
  "/api/plans/{id}": {
    /** One plan */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["SinglePlan"]
        } }
      }
    }
  }
  "/api/plans/{id}/edit": {
    /**
     * Change a plan of one’s own; what is not sent stays
     *
     * An optional field that is sent empty is emptied, but for `visibility`.
     */
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          title?: string
          location?: {
            name?: string | null
            address1: string
            address2?: string | null
            city: string
            state: string
            zipcode: string
          }
          end_time?: string
          description?: string | null
          start_time?: string | null
          timezone?: string | null
          visibility?: "everyone" | "friends" | "private" | null
          capacity?: number | null
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["SinglePlan"]
        } }
      }
    }
    /**
     * Change a plan of one’s own; what is not sent stays
     *
     * An optional field that is sent empty is emptied, but for `visibility`.
     */
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          title?: string
          location?: {
            name?: string | null
            address1: string
            address2?: string | null
            city: string
            state: string
            zipcode: string
          }
          end_time?: string
          description?: string | null
          start_time?: string | null
          timezone?: string | null
          visibility?: "everyone" | "friends" | "private" | null
          capacity?: number | null
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["SinglePlan"]
        } }
      }
    }
  }
  "/api/plans/{id}/delete": {
    /** Delete a plan of one’s own */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            message: string
          }
        } }
      }
    }
  }
  "/api/plans/{id}/invite": {
    /** Whom one has invited to a plan of one’s own */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            data: Array<{
              user_id: string
              username: string
            }>
          }
        } }
      }
    }
    /**
     * Invite friends to a plan of one’s own: all who are named, or nobody
     *
     * People are named by `user_ids`, `usernames` or both. The answer is everybody who is invited now, or the first of them.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          user_ids?: Array<number>
          usernames?: Array<string>
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            data: Array<{
              user_id: string
              username: string
            }>
          }
        } }
      }
    }
    /**
     * Take invitations back, also of people who were not invited
     *
     * People are named by `user_ids`, `usernames` or both. The answer is everybody who is invited now, or the first of them.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          user_ids?: Array<number>
          usernames?: Array<string>
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            data: Array<{
              user_id: string
              username: string
            }>
          }
        } }
      }
    }
  }
  "/api/plans/{id}/invite/{user_id}": {
    /** Take one person’s invitation back */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
          user_id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            data: Array<{
              user_id: string
              username: string
            }>
          }
        } }
      }
    }
  }
  "/api/profile": {
    /** One’s own profile */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["OwnProfile"]
        } }
      }
    }
  }
  "/api/profile/update": {
    /** Change one’s own profile; what is not sent stays */
    put: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          first_name?: string
          last_name?: string
          date_of_birth?: string | null
          bio?: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            message: string
            user: components["schemas"]["OwnProfile"]
          }
        } }
      }
    }
    /** Change one’s own profile; what is not sent stays */
    patch: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          first_name?: string
          last_name?: string
          date_of_birth?: string | null
          bio?: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            message: string
            user: components["schemas"]["OwnProfile"]
          }
        } }
      }
    }
  }
  "/api/push/key": {
    /**
     * The key that browsers subscribe to pushes with
     *
     * To be kept for five minutes. Who subscribed under another `key_id` does so anew.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["PushKey"]
        } }
      }
    }
  }
  "/api/register": {
    /**
     * Register; with `password_confirm` (B), sign in as well
     *
     * With `password_confirm` the answer is a token pair; without it (E) the account, and nobody is signed in. Everybody may register into the group Parents (3), only an administrator into others: a credential counts for that alone.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          username: string
          email: string
          first_name?: string
          last_name?: string
          date_of_birth?: string | null
          bio?: string
          password: string
          password_confirm: string
        } | {
          username: string
          email?: string
          first_name?: string
          last_name?: string
          password: string
          groups?: Array<number>
        }
      } }
      responses: {
        201: { content: {
          "application/json": {
            message: string
            refresh: string
            access: string
          } | components["schemas"]["Account"]
        } }
      }
    }
  }
  "/api/rsvp/add": {
    /**
     * Answer to a plan, once per person
     *
     * Without `status` one goes, without `guests` alone. Who wants to go to a plan that is full is `waitlisted`, and let in once there is room.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          plan_id: string
          status?: "going" | "maybe" | "declined" | null
          guests?: number | null
        }
      } }
      responses: {
        201: { content: {
          "application/json": {
            message: string
            id: string
            data: components["schemas"]["Rsvp"]
          }
        } }
      }
    }
  }
  "/api/rsvp/user": {
    /** One’s own RSVPs, by id */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            data: Array<components["schemas"]["Rsvp"]>
          }
        } }
      }
    }
  }
  "/api/rsvp/plan/{plan_id}": {
    /** The RSVPs of a plan, by id */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: string
        }
        header?: never
        path: {
          plan_id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            data: Array<components["schemas"]["Rsvp"]>
          }
        } }
      }
    }
  }
  "/api/rsvp/plan/{plan_id}/delete": {
    /**
     * Take one’s own RSVP to a plan back
     *
     * With `?all=true` the plan’s creator removes everybody’s.
     */
    delete: {
      parameters: {
        query?: {
          all?: boolean | null
        }
        header?: never
        path: {
          plan_id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            message: string
          }
        } }
      }
    }
  }
  "/api/rsvp/{rsvp_id}": {
    /**
     * Change one’s own RSVP
     *
     * What is sent empty goes back to the default.
     */
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          rsvp_id: string | number
        }
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          status?: "going" | "maybe" | "declined" | null
          guests?: number | null
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            message: string
            id: string
            data: components["schemas"]["Rsvp"]
          }
        } }
      }
    }
  }
  "/api/rsvp/{rsvp_id}/delete": {
    /** Take an RSVP back by its id */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          rsvp_id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            message: string
          }
        } }
      }
    }
  }
  "/api/service": {
    /**
     * What this deployment offers
     *
     * Further keys come with further offers: pass over those that you do not know.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            name: string
            sign_in: {
              /** Services elsewhere that people sign in through; `url` begins it. */
              providers: Array<{
                id: string
                name: string
                url: string
              }>
            }
            registration: "open" | "closed"
            /** Whom a demo lets everybody be, on its own machine alone. */
            demo: Array<{
              username: string
              password: string
              about: string
            }>
          }
        } }
      }
    }
  }
  "/api/sessions": {
    /** One’s own sign-ins that are still good, oldest first */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["Session"]>
        } }
      }
    }
    /** End all of one’s other sessions */
    delete: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/sessions/{id}": {
    /** End one of one’s sessions, the present one too */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/staff/jobs": {
    /** Work outside the database, newest first (right `jobs.read`) */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
          state?: "waiting" | "parked"
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["Job"]>
        } }
      }
    }
  }
  "/api/staff/jobs/figures": {
    /** How much work waits, and for how long (right `jobs.read`) */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["JobFigures"]
        } }
      }
    }
  }
  "/api/staff/jobs/{id}/retry": {
    /** Try a job at once (right `jobs.manage`) */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["Job"]
        } }
      }
    }
  }
  "/api/staff/jobs/{id}": {
    /** Give a job up (right `jobs.manage`) */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/staff/webhooks": {
    /** All addresses that hear of what happens, newest first */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["Webhook"]>
        } }
      }
    }
    /**
     * Have an address hear of what happens
     *
     * Needs the right `webhooks.manage`. The `secret` (Standard Webhooks) is shown here and never again. At most 20.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          url: string
          kinds: Array<string>
          description?: string
        }
      } }
      responses: {
        201: { content: {
          "application/json": components["schemas"]["NewWebhook"]
        } }
      }
    }
  }
  "/api/staff/webhooks/{id}": {
    /** One of them */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["Webhook"]
        } }
      }
    }
    /** Change one; `is_enabled` true lets it begin anew */
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          url?: string
          kinds?: Array<string>
          description?: string
          is_enabled?: boolean
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["Webhook"]
        } }
      }
    }
    /**
     * Let one hear no more
     *
     * Also where there is none.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/api/staff/webhooks/{id}/rotate": {
    /**
     * Give one a new secret
     *
     * The one until now signs beside it for 24 hours; once more, and that is dropped.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            secret: string
            previous_until: string
          }
        } }
      }
    }
  }
  "/api/staff/webhooks/{id}/deliveries": {
    /**
     * What one was told, newest first
     *
     * Kept for 30 days.
     */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
          state?: "waiting" | "delivered" | "failed"
        }
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["WebhookDelivery"]>
        } }
      }
    }
  }
  "/api/staff/webhooks/{id}/deliveries/{delivery}/retry": {
    /** Tell one of it again, as if it never had been told */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
          delivery: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["WebhookDelivery"]
        } }
      }
    }
  }
  "/api/staff/webhooks/{id}/test": {
    /** Tell one of something made up: `webhook.test` */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        201: { content: {
          "application/json": components["schemas"]["WebhookDelivery"]
        } }
      }
    }
  }
  "/api/token": {
    /**
     * Sign in, with tokens in the body and in cookies
     *
     * Sets the cookies `access_token` and `refresh_token` (`__Host-…` on https). Where the deployment delivers tokens in cookies alone (`TOKEN_DELIVERY=cookie`), `refresh` and `access` are not in the body. An account that has the e-mailed code switched on needs `code` as well.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          username: string
          password: string
          code?: string | null
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            refresh?: string
            access?: string
            success: true
            user: components["schemas"]["Account"]
          }
        } }
      }
    }
  }
  "/api/token/refresh": {
    /**
     * A new access token for a refresh token in the body, a header or a cookie
     *
     * The token is looked for in this order, and the answer follows where it was:
     *
     * - in the body, `refresh`: `{access}`; the refresh token stays good;
     * - in the header `Bearer` or `Authorization`: `{access_token, refresh_token}`, and the old one is used up;
     * - in the cookie: `{refreshed: true}` and two new cookies, and the old one is used up.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          refresh?: string | null
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            access: string
          } | {
            access_token: string
            refresh_token: string
          } | {
            refreshed: true
          }
        } }
      }
    }
  }
  "/api/users/cards": {
    /**
     * Who stands behind some ids
     *
     * By id. Who is not there for the caller is left out.
     */
    get: {
      parameters: {
        query?: {
          /** 1 to 100 ids of accounts, separated by commas. */
          ids?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["PersonCard"]>
        } }
      }
    }
  }
  "/api/users": {
    /** Everybody, by id */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["DirectoryPerson"]>
        } }
      }
    }
  }
  "/api/users/{id}": {
    /** One person */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["DirectoryPerson"]
        } }
      }
    }
  }
  "/": {
    /**
     * What this is: to browsers the web app, else where to read on
     *
     * Who takes `text/html` is sent to the web app, where the deployment has it.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            name: string
            app: string | null
            docs: string
            openapi: string
            health: string
          }
        } }
      }
    }
  }
  "/app/sw.js": {
    /** The worker that opens the web app without a network */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "text/javascript": string
        } }
      }
    }
  }
  "/app/manifest.webmanifest": {
    /** What an installed web app is called, and looks like */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/manifest+json": string
        } }
      }
    }
  }
  "/app/icons/{file}": {
    /** A picture of the web app */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          file: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "image/*": Blob
        } }
      }
    }
  }
  "/app": {
    /**
     * The web app: one page, whatever stands behind /app/
     *
     * It shows itself what is at an address, and that nothing is there.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "text/html": string
        } }
      }
    }
  }
  "/app/{page}": {
    /**
     * The web app: one page, whatever stands behind /app/
     *
     * It shows itself what is at an address, and that nothing is there.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          page: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "text/html": string
        } }
      }
    }
  }
  "/asyncapi.json": {
    /** The live sockets and their frames, as AsyncAPI 3 */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            asyncapi: string
          }
        } }
      }
    }
  }
  "/auth/registration": {
    /** Register an account that signs in with an e-mailed code */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          username: string
          email: string
          password1: string
          password2: string
        }
      } }
      responses: {
        201: { content: {
          "application/json": {
            detail: string
          }
        } }
      }
    }
  }
  "/auth/login": {
    /**
     * Sign in with password and e-mailed code
     *
     * The code comes from `POST /twofa/send-code`. Accounts that came through 42, and those that have the code switched off, need none.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          username: string
          password: string
          code?: string | null
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            access_token: string
            refresh_token: string
            token_auth: string
          }
        } }
      }
    }
  }
  "/auth/logout": {
    /** End this session and all its tokens */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            detail: string
          }
        } }
      }
    }
  }
  "/auth/password/change": {
    /**
     * Change one’s password; every other session ends
     *
     * The old password is checked when it is sent, and needed once the sign-in is older than ten minutes (a setting).
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          new_password1: string
          new_password2: string
          old_password?: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            detail: string
          }
        } }
      }
    }
  }
  "/calendar/{secret}.ics": {
    /**
     * The plans one goes to, for a calendar app
     *
     * The address is the credential. At most the 1,000 plans with the latest starts; `If-None-Match` is understood.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          secret: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "text/calendar": string
        } }
      }
    }
  }
  "/conversations/start": {
    /**
     * Start a conversation with somebody who is connected
     *
     * One that exists between the two, whoever started it, is answered with 200 whether the other is connected or not; a closed one is open again afterwards.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          username: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            conversation_id: number
            initiator: components["schemas"]["PersonRecord"]
            receiver: components["schemas"]["PersonRecord"]
          }
        } }
        201: { content: {
          "application/json": {
            conversation_id: number
            initiator: components["schemas"]["PersonRecord"]
            receiver: components["schemas"]["PersonRecord"]
          }
        } }
      }
    }
  }
  "/conversations": {
    /** One’s conversations, the newest activity first */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["Conversation"]>
        } }
      }
    }
  }
  "/conversations/{id}": {
    /**
     * One conversation with its messages
     *
     * The newest 50 messages, or up to 500 by `limit`; older ones with `before`, the id of a message. Reading them here does not lower `unread`: a `read` frame on the live socket does.
     */
    get: {
      parameters: {
        query?: {
          before?: number
          /** How many items at most. */
          limit?: number
        }
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            conversation_id: number
            initiator: components["schemas"]["PersonRecord"]
            receiver: components["schemas"]["PersonRecord"]
            /** How many messages the caller has not read. */
            unread: number
            /** Newest first. */
            message_set: Array<components["schemas"]["ChatMessage"]>
          }
        } }
      }
    }
  }
  "/docs": {
    /** This document as a page, on which calls can be tried */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "text/html": string
        } }
      }
    }
  }
  "/docs/{file}": {
    /** A script or a style of that page */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          file: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "text/*": string
        } }
      }
    }
  }
  "/friends": {
    /** All contacts of one’s address book */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["Contact"]>
        } }
      }
    }
    /** Write a contact into the address book */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          first_name: string
          last_name: string
          phone_number?: string
          birthday?: string | null
          platform?: string
          contact_info?: string
          last_met_date?: string | null
          note?: string
        }
      } }
      responses: {
        201: { content: {
          "application/json": components["schemas"]["Contact"]
        } }
      }
    }
  }
  "/friends/{id}": {
    /** One contact */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["Contact"]
        } }
      }
    }
    /** Change a contact; optional fields that are not sent stay */
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          first_name: string
          last_name: string
          phone_number?: string
          birthday?: string | null
          platform?: string
          contact_info?: string
          last_met_date?: string | null
          note?: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["Contact"]
        } }
      }
    }
    /** Change some fields of a contact */
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          first_name?: string
          last_name?: string
          phone_number?: string
          birthday?: string | null
          platform?: string
          contact_info?: string
          last_met_date?: string | null
          note?: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["Contact"]
        } }
      }
    }
    /** Remove a contact */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/groups": {
    /** All permission groups, by name */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["Group"]>
        } }
      }
    }
  }
  "/groups/{id}": {
    /** One permission group */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["Group"]
        } }
      }
    }
  }
  "/health": {
    /** Whether the service can do its work */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            status: "ok" | "unavailable"
          }
        } }
      }
    }
  }
  "/media/{folder}/{file}": {
    /**
     * A picture
     *
     * Shown to whoever knows its unguessable name. Conditional (`If-None-Match`) and ranged (`Range`) requests are understood.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          folder: string | number
          file: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "image/*": Blob
        } }
        206: { content: {
          "image/*": Blob
        } }
      }
    }
  }
  "/oauth/callback": {
    /**
     * Where 42 sends the browser back to
     *
     * Sets both cookies too. Asked for with `next`, it goes on there instead; when the person declined, with `error=access_denied`. Where the deployment delivers tokens in cookies alone (`TOKEN_DELIVERY=cookie`), all three are empty.
     */
    get: {
      parameters: {
        query?: {
          /** As 42 gives it back. */
          state?: string
          /** 42’s code. */
          code?: string
          /** 42’s refusal. */
          error?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            access_token: string
            refresh_token: string
            token_auth: string
          }
        } }
      }
    }
  }
  "/twofa/send-code": {
    /**
     * Have a sign-in code sent by e-mail
     *
     * With the account’s address or the right password. The answer is the same whether or not a mail goes out.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          username: string
          email?: string | null
          password?: string | null
        }
      } }
      responses: {
        200: { content: {
          "text/plain": string
        } }
      }
    }
  }
  "/twofa": {
    /**
     * Switch the e-mailed code on or off for oneself
     *
     * Off needs the password, or a fresh sign-in where the account has none.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          enabled: boolean
          password?: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            enabled: boolean
          }
        } }
      }
    }
  }
  "/users": {
    /** All accounts, newest first */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["LinkedAccount"]>
        } }
      }
    }
  }
  "/users/{id}": {
    /** One account */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["LinkedAccount"]
        } }
      }
    }
    /**
     * Change one’s own account, or as an administrator anybody’s
     *
     * `is_active` and `groups` (ids or links, the whole list) are changed by administrators alone. `password` is the caller’s own; it is needed where the address of an account that has the e-mailed code switched on changes and the sign-in is no longer fresh.
     */
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          first_name?: string
          last_name?: string
          email?: string
          is_active?: boolean
          groups?: Array<number | string>
          password?: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["LinkedAccount"]
        } }
      }
    }
    /** Remove one’s own account, or as an administrator anybody’s */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: { content?: never }
      }
    }
  }
  "/users/add_friend": {
    /**
     * Make somebody a friend
     *
     * At once; where the deployment has switched that off (`INSTANT_FRIENDS=off`) they are asked first, and the message says so. Repeatable.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          friend_username: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            success: true
            message: string
          }
        } }
      }
    }
  }
  "/users/blocks": {
    /** Whom one blocks */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              blocks: Array<components["schemas"]["BlockedPerson"]>
            }
          }
        } }
      }
    }
  }
  "/users/blocks/{id}": {
    /**
     * Block somebody
     *
     * From then on neither exists for the other: friendship and open requests end, and the conversation is closed. Repeatable.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              message: string
            }
          }
        } }
      }
    }
    /**
     * Take a block back
     *
     * Nothing that it ended comes back; the conversation is there to be read again. Repeatable.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              message: string
            }
          }
        } }
      }
    }
  }
  "/users/delete_account": {
    /**
     * Remove one’s account
     *
     * At once and for good; all its credentials are dead. The answer is without the envelope.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            message: string
          }
        } }
      }
    }
  }
  "/users/export": {
    /**
     * All that the service holds about the caller, as a download
     *
     * By table, names in snake_case, times in ISO 8601; without secrets, hashes and session ids.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["Export"]
        } }
      }
    }
  }
  "/users/friend_list": {
    /** One’s friends */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["PersonRecord"]>
        } }
      }
    }
  }
  "/users/friends/request": {
    /**
     * Ask somebody to be friends
     *
     * Where they have asked already, their request is accepted.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          id: number
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              message: string
              auto_accepted: boolean
            }
          }
        } }
      }
    }
  }
  "/users/friends/respond/{id}": {
    /**
     * Accept or reject a friend request
     *
     * Accepting opens the conversation of the two.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          response: "accept" | "reject"
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              message: string
            }
          }
        } }
      }
    }
  }
  "/users/friends/delete/{id}": {
    /**
     * End a friendship
     *
     * Both sides of it; the conversation of the two is closed, and says so.
     */
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              message: string
            }
          }
        } }
      }
    }
  }
  "/users/friends/groups": {
    /**
     * The labels of one’s friends
     *
     * `Default` is always there, another label as long as a friend has it.
     */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              groups: Array<string>
            }
          }
        } }
      }
    }
  }
  "/users/friends/group_update/{id}": {
    /**
     * Give a friend a label
     *
     * One’s friends can have 200 different ones.
     */
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          group: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              message: string
              group: string
            }
          }
        } }
      }
    }
  }
  "/users/friends/received_requests": {
    /**
     * The requests that wait for one’s answer, and the newest answered ones
     *
     * `count` is how many answered ones, of either direction: 5 unless it is said, 500 at most. They are on the first page alone.
     */
    get: {
      parameters: {
        query?: {
          count?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              pending: Array<components["schemas"]["ReceivedFriendRequest"]>
              recent: Array<components["schemas"]["AnsweredFriendRequest"]>
            }
          }
        } }
      }
    }
  }
  "/users/friends/sent_requests": {
    /** The requests that one has sent and that wait */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              pending: Array<components["schemas"]["SentFriendRequest"]>
            }
          }
        } }
      }
    }
  }
  "/users/profile": {
    /** One’s own record, with id and address */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": components["schemas"]["OwnPersonRecord"]
        } }
      }
    }
  }
  "/users/remove_friend": {
    /**
     * End a friendship, or take back what one asked for
     *
     * Repeatable.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: { content: {
        "application/json": {
          friend_username: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            success: true
            message: string
          }
        } }
      }
    }
  }
  "/users/search_friends": {
    /**
     * One’s friends, by the beginning of their names and by label
     *
     * `prefix` is without regard to case, `group`, the label, is compared exactly; without them it is all friends.
     */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: number
          prefix?: string
          group?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              friends: Array<components["schemas"]["LabelledFriend"]>
            }
          }
        } }
      }
    }
  }
  "/users/search_users": {
    /**
     * The person of exactly that name
     *
     * Without regard to case.
     */
    get: {
      parameters: {
        query: {
          username: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: components["schemas"]["PersonSummary"]
          }
        } }
      }
    }
  }
  "/users/update": {
    /**
     * Change one’s name, picture or address
     *
     * `avatar` is a path, which is joined to `/media/`, or, in a multipart form, a picture: PNG, JPEG, GIF or WebP of at most 2 MiB. `password` is one’s own; it is needed where the address of an account that has the e-mailed code switched on changes and the sign-in is no longer fresh.
     */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          username?: string
          avatar?: string
          email?: string
          password?: string
        }
        "multipart/form-data": FormData
      } }
      responses: {
        200: { content: {
          "application/json": components["schemas"]["PersonRecord"]
        } }
      }
    }
  }
  "/users/user_details": {
    /** One’s own details */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: components["schemas"]["OwnDetails"]
          }
        } }
      }
    }
    /**
     * Change one’s name, bio or picture
     *
     * `profile_picture` is a file of a multipart form: PNG, JPEG, GIF or WebP of at most 2 MiB. A text in its place is ignored, but a `data:` address is refused.
     */
    patch: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          username?: string
          bio?: string
          profile_picture?: string
        }
        "multipart/form-data": FormData
      } }
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              message: string
              data: {
                id: number
                username: string
                profile_picture: string
                bio: string
              }
              /** A fresh access token; empty for a request by cookie where tokens are delivered in cookies alone (`TOKEN_DELIVERY=cookie`). */
              token: string
            }
          }
        } }
      }
    }
  }
  "/users/user_details/sensitive": {
    /**
     * Change one’s password, address or phone number
     *
     * All of it changes or nothing. `validation_password` is the current password; an account without one needs a fresh sign-in instead. Both passwords may be compact JWEs for the service’s key (`/.well-known/jwks.json`).
     */
    patch: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: { content: {
        "application/json": {
          validation_password?: string | null
          password?: string
          email?: string
          phone_number?: string
        }
      } }
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: {
              message: string
              data: {
                id: number
                email: string
                /** E.164; empty where there is none. */
                phone_number: string
              }
            }
          }
        } }
      }
    }
  }
  "/users/user_info/{id}": {
    /** A person */
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string | number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            code: 0
            payload: components["schemas"]["PersonInfo"]
          }
        } }
      }
    }
  }
  "/users/user_list": {
    /** Everybody, oneself included, by username */
    get: {
      parameters: {
        query?: {
          /** How many items at most. */
          limit?: number
          /** Where to go on: out of the `Link` header of the page before, not to be made up. */
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": Array<components["schemas"]["PersonRecord"]>
        } }
      }
    }
  }
  "/.well-known/jwks.json": {
    /**
     * The public key for encrypted passwords
     *
     * None where the deployment has no such key. Passwords are compact JWEs: ECDH-ES, A256GCM.
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            keys: Array<{
              kty: string
              crv: string
              x: string
              y: string
              kid?: string
              alg?: string
              use?: string
            }>
          }
        } }
      }
    }
  }
  "/.well-known/security.txt": {
    /**
     * Whom to tell of a weakness (RFC 9116)
     *
     * Where the deployment names somebody (`SECURITY_CONTACT`).
     */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "text/plain": string
        } }
      }
    }
  }
  "/ws/ticket": {
    /** A ticket for a socket: good once, for 30 seconds */
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        201: { content: {
          "application/json": {
            ticket: string
          }
        } }
      }
    }
  }
  "/openapi.json": {
    /** This document */
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { content: {
          "application/json": {
            openapi: string
          }
        } }
      }
    }
  }
}

export interface components {
  schemas: {
    /** An error in one sentence (contracts A, B, C, E). */
    Detail: {
      detail: string
      /** For programs, where there is one. */
      code?: string
      /** What exactly is wrong with an access token. */
      messages?: Array<{
        token_class: string
        token_type: string
        message: string
      }>
    }
    /** All that is wrong with a body, by field, nested as the body was; `non_field_errors` where no field is to blame. */
    FieldErrors: { [key: string]: Array<string> | components["schemas"]["FieldErrors"] }
    /** An error in contract D’s envelope; `payload` says what is wrong by field. */
    EnvelopeError: {
      code: number
      error: string
      payload?: components["schemas"]["FieldErrors"]
    }
    FriendRequest: {
      id: string
      sender: string
      receiver: string
      status: "pending" | "accepted" | "rejected"
    }
    Me: {
      id: number
      username: string
      first_name: string
      last_name: string
      profile_picture: string
      /** Names of permission groups. */
      groups: Array<string>
      session_id: string
      signed_in_at: string
    }
    NotificationPreferences: {
      /** By kind of event: the channels that it can be told by. */
      kinds: { [key: string]: {
        feed?: boolean
        push?: boolean
      } }
      /** What of it cannot be switched off. */
      locked: { [key: string]: Array<string> }
      /** When no push comes; null: at no time. */
      quiet_hours: {
        from: string
        to: string
        timezone: string
      } | null
      /** Whether a push shows what it is about. */
      show_text: boolean
    }
    PushSubscription: {
      id: number
      kind: "web" | "fcm"
      platform: "web" | "android" | "ios"
      host: string
      is_current: boolean
      created_at: string
      last_ok_at: string | null
      last_error: string
    }
    Notification: {
      id: number
      position: number
      kind: string
      /** Events since it was read or removed. */
      count: number
      is_seen: boolean
      is_read: boolean
      created_at: string
      updated_at: string
      /** The newest three different ones, newest first. */
      actors: Array<components["schemas"]["PersonSummary"]>
      subject: {
        type: "plan"
        id: string
        /** Null where nobody may say it any more. */
        title: string | null
      } | {
        type: "friend_request"
        id: number
        status: "pending" | "accepted" | "rejected"
      } | null
      /** Of the newest event, by its kind: ids and codes. */
      data: {
        rsvp_id?: string
        status?: string
        changed?: Array<string>
        what?: string
      }
    }
    PersonSummary: {
      id: number
      username: string
      profile_picture: string
    }
    NotificationCounts: {
      unseen: number
      unread: number
      /** Unmuted, with something unread. */
      conversations: number
      /** What an app’s icon shows: those and `unseen`. */
      badge: number
      /** The position of the newest line, or 0. */
      newest: number
    }
    Plan: {
      _id: string
      title: string
      description: string
      location: components["schemas"]["Location"]
      start_time: string | null
      end_time: string
      created_by: string
      visibility: "everyone" | "friends" | "private"
      capacity: number | null
      timezone: string
      rsvp_count: number
      rsvp: components["schemas"]["Rsvp"] | null
    }
    Location: {
      name?: string
      address1: string
      address2?: string
      city: string
      state: string
      zipcode: string
    }
    Rsvp: {
      _id: string
      plan_id: string
      user_id: string
      created_at: string
      status: "going" | "maybe" | "declined" | "waitlisted"
      guests: number
    }
    SinglePlan: {
      _id: string
      title: string
      description: string
      location: components["schemas"]["Location"]
      start_time: string | null
      end_time: string
      created_by: string
      visibility: "everyone" | "friends" | "private"
      capacity: number | null
      timezone: string
      rsvp_count: number
      rsvp: components["schemas"]["Rsvp"] | null
      id: string
      data: components["schemas"]["Plan"]
    }
    OwnProfile: {
      id: string
      username: string
      email: string
      first_name: string
      last_name: string
      date_of_birth: string | null
      bio: string
      date_joined: string
    }
    PushKey: {
      /** For `applicationServerKey`: base64url, 65 bytes. */
      public_key: string
      key_id: string
    }
    Account: {
      id: number
      username: string
      email: string
      first_name: string
      last_name: string
      is_active: boolean
      groups: Array<number>
    }
    Session: {
      id: string
      created_at: string
      last_used_at: string
      user_agent: string
      current: boolean
    }
    Job: {
      id: number
      kind: string
      key: string
      attempts: number
      /** A code, or empty. */
      last_error: string
      /** Null while it is parked. */
      due_at: string | null
      parked_at: string | null
      created_at: string
    }
    JobFigures: {
      waiting: number
      oldest_due_seconds: number
      /** How many, by kind. */
      parked: { [key: string]: number }
      /** Events that people are still to be told of. */
      untold: number
      /** Events that single people have not heard of yet. */
      undelivered: number
    }
    NewWebhook: {
      id: number
      url: string
      kinds: Array<string>
      description: string
      is_enabled: boolean
      disabled_reason: "gone" | "failing" | "staff" | null
      failing_since: string | null
      secret: string
    }
    Webhook: {
      id: number
      url: string
      kinds: Array<string>
      description: string
      is_enabled: boolean
      disabled_reason: "gone" | "failing" | "staff" | null
      failing_since: string | null
    }
    WebhookDelivery: {
      id: number
      /** The `webhook-id` of each try. */
      webhook_id: string
      kind: string
      state: "waiting" | "delivered" | "failed"
      attempts: number
      last_error: string
      last_ms: number | null
      next_at: string | null
      delivered_at: string | null
    }
    PersonCard: {
      id: number
      username: string
      first_name: string
      last_name: string
      profile_picture: string
      is_connected: boolean
      is_friend: boolean
    }
    DirectoryPerson: {
      id: string
      username: string
      first_name: string
      last_name: string
      bio: string
    }
    PersonRecord: {
      username: string
      is_connected: boolean
      /** A path on this host. */
      avatar: string
      /** Usernames: 50 at most among others, 500 where the record is asked for alone. */
      friends: Array<string>
      /** How many friends there are. */
      friends_count: number
    }
    Conversation: {
      conversation_id: number
      initiator: components["schemas"]["PersonRecord"]
      receiver: components["schemas"]["PersonRecord"]
      last_message: components["schemas"]["ChatMessage"] | null
      /** How many messages the caller has not read. */
      unread: number
    }
    ChatMessage: {
      /** Counts 1, 2, 3 … within the conversation. */
      id: number
      text: string
      /** A picture: its path on this host. */
      attachment: string | null
      timestamp: string
      /** The id of an account; null where the room itself says it. */
      sender: number | null
      /** The sender’s username; empty where the room itself says it. */
      realSender: string
      kind: "text" | "system"
    }
    Contact: {
      id: number
      first_name: string
      last_name: string
      phone_number: string
      birthday: string | null
      platform: string
      contact_info: string
      last_met_date: string | null
      note: string
      created_at: string
      updated_at: string
    }
    Group: {
      url: string
      id: number
      name: string
    }
    LinkedAccount: {
      url: string
      id: number
      username: string
      first_name: string
      last_name: string
      /** Empty for all but its owner, administrators and staff. */
      email: string
      is_active: boolean
      groups: Array<string>
    }
    BlockedPerson: {
      id: number
      username: string
      profile_picture: string
      blocked_at: string
    }
    Export: {
      account: {
        id: number
        username: string
        email: string
      }
      /** Accounts elsewhere that sign in here. */
      identities: Array<{ [key: string]: unknown }>
      /** Permission groups. */
      groups: Array<{ [key: string]: unknown }>
      sessions: Array<{ [key: string]: unknown }>
      /** E-mailed codes, without what they say. */
      codes: Array<{ [key: string]: unknown }>
      /** When known addresses and programs of the account were last seen. */
      familiar: Array<{ [key: string]: unknown }>
      /** The address book. */
      contacts: Array<{ [key: string]: unknown }>
      /** Those that are listed, each with `messages`, one’s own of it. */
      conversations: Array<{ [key: string]: unknown }>
      pictures: Array<{ [key: string]: unknown }>
      friends: Array<{ [key: string]: unknown }>
      /** Sent and received. */
      friend_requests: Array<{ [key: string]: unknown }>
      friend_labels: Array<{ [key: string]: unknown }>
      /** Whom the account blocks. */
      blocked: Array<{ [key: string]: unknown }>
      /** Whom the account has rejected or removed. */
      refusals: Array<{ [key: string]: unknown }>
      plans: Array<{ [key: string]: unknown }>
      rsvps: Array<{ [key: string]: unknown }>
      plan_invitations: Array<{ [key: string]: unknown }>
      calendar_feeds: Array<{ [key: string]: unknown }>
      /** Devices that are pushed to, without their addresses. */
      push_targets: Array<{ [key: string]: unknown }>
      /** Webhooks that the account has made, without address and secret. */
      webhook_endpoints: Array<{ [key: string]: unknown }>
      /** The feed, without what a block hides; removed lines too. */
      notifications: Array<{ [key: string]: unknown }>
      notification_settings: Array<{ [key: string]: unknown }>
    }
    ReceivedFriendRequest: {
      id: number
      /** In seconds since 1970. */
      last_updated: number
      from_user: components["schemas"]["PersonSummary"]
    }
    AnsweredFriendRequest: {
      id: number
      /** The other of the two. */
      user: components["schemas"]["PersonSummary"]
      status: "accepted" | "rejected"
      last_updated: string
      /** `to` where the caller had asked, `from` where the other had. */
      direction: "to" | "from"
    }
    SentFriendRequest: {
      id: number
      /** In seconds since 1970. */
      last_updated: number
      to_user: components["schemas"]["PersonSummary"]
    }
    OwnPersonRecord: {
      username: string
      is_connected: boolean
      /** A path on this host. */
      avatar: string
      /** Usernames: 50 at most among others, 500 where the record is asked for alone. */
      friends: Array<string>
      /** How many friends there are. */
      friends_count: number
      id: number
      email: string
    }
    LabelledFriend: {
      id: number
      username: string
      profile_picture: string
      group: string
    }
    OwnDetails: {
      id: number
      username: string
      profile_picture: string
      email: string
      /** E.164; empty where there is none. */
      phone_number: string
      bio: string
      created_time: string
      /** How many friend requests wait for an answer. */
      pending_count: number
    }
    PersonInfo: {
      id: number
      username: string
      profile_picture: string
      bio: string
      created_time: string
      is_friend: boolean
      /** One’s own label for a friend, else null. */
      group: string | null
    }
    MessageIn: {
      message: string
      client_id?: string | null
      /** A picture: its bytes in base64 (or a data URL), and its format as a word. */
      attachment?: {
        data: string
        format: string
      } | null
    }
    TypingIn: {
      type: "typing"
    }
    ReadIn: {
      type: "read"
      id: number
    }
    MessageOut: {
      /** Counts 1, 2, 3 … within the conversation. */
      id: number
      text: string
      /** A picture: its path on this host. */
      attachment: string | null
      timestamp: string
      /** The id of an account; null where the room itself says it. */
      sender: number | null
      /** The sender’s username; empty where the room itself says it. */
      realSender: string
      kind: "text" | "system"
      client_id: string | null
    }
    ErrorOut: {
      error: string
      code: "bad_frame" | "bad_attachment" | "too_fast" | "closed" | "not_stored" | "limit_reached" | "quota"
      retry_after?: number
      client_id?: string
    }
    TypingOut: {
      type: "typing"
      sender: number
      realSender: string
    }
    ReadOut: {
      type: "read"
      id: number
      sender: number
      realSender: string
    }
    MessageEvent: {
      type: "message"
      conversation_id: number
      unread: number
      message: components["schemas"]["MessageOut"]
    }
    FriendRequestEvent: {
      type: "friend_request"
      id: number
      user_id: number
      username: string
    }
    FriendRequestAnsweredEvent: {
      type: "friend_request_answered"
      id: number
      user_id: number
      username: string
      status: "accepted" | "rejected"
    }
    PresenceEvent: {
      type: "presence"
      user_id: number
      username: string
      is_connected: boolean
    }
    RsvpEvent: {
      type: "rsvp"
      id: string
      plan_id: string
      user_id: number
      username: string
      status: string
    }
    HelloFrame: {
      type: "hello"
      seq: number
      /** Nothing is missing. Where it is false, nothing is replayed: read lists anew. */
      is_resumed: boolean
    }
    MessageFrame: {
      type: "message"
      /** Counts 1, 2, 3 … per person. */
      seq: number
      conversation_id: number
      unread: number
      message_id: number
      /** Null in a replay. */
      message: components["schemas"]["Message"] | null
    }
    Message: {
      id: number
      seq: number
      kind: "text" | "system"
      /** Null where the room itself says it. */
      sender: number | null
      text: string
      client_id: string | null
      sent_at: string
      mentions: Array<number>
      mention_all: boolean
      event: {
        code: string
      } | null
      reply_to: components["schemas"]["MessageQuote"] | null
      reactions: Array<components["schemas"]["MessageReaction"]>
      edited_at: string | null
      deleted_at: string | null
      deleted_by: number | string | null
      expires_at: string | null
      files: Array<components["schemas"]["MessageFile"]>
    }
    MessageQuote: {
      id: number
      sender: number | null
      text: string
    }
    MessageReaction: {
      emoji: string
      count: number
      mine: boolean
    }
    MessageFile: {
      id: string | null
      name: string | null
      type: string | null
      size: number | null
      width: number | null
      height: number | null
      url: string
    }
    FriendRequestFrame: {
      type: "friend_request"
      /** Counts 1, 2, 3 … per person. */
      seq: number
      id: number
      user_id: number
      username: string
      /** Its line in the feed, or null. */
      notification_id: number | null
    }
    FriendRequestAnsweredFrame: {
      type: "friend_request_answered"
      /** Counts 1, 2, 3 … per person. */
      seq: number
      id: number
      user_id: number
      username: string
      status: "accepted" | "rejected"
      /** Its line in the feed, or null. */
      notification_id: number | null
    }
    RsvpFrame: {
      type: "rsvp"
      /** Counts 1, 2, 3 … per person. */
      seq: number
      id: string
      plan_id: string
      user_id: number
      username: string
      status: string
      /** Its line in the feed, or null. */
      notification_id: number | null
    }
    EventFrame: {
      type: "event"
      /** Counts 1, 2, 3 … per person. */
      seq: number
      kind: string
      actor: {
        id: number
        username: string
      } | null
      data: { [key: string]: unknown }
      /** Its line in the feed, or null. */
      notification_id: number | null
    }
    SkippedFrame: {
      type: "skipped"
      /** Counts 1, 2, 3 … per person. */
      seq: number
    }
    ChangedFrame: {
      type: "changed"
      what: "notifications" | "notification_preferences" | "conversation"
      conversation_id?: number
    }
  }
}
