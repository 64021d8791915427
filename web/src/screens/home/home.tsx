// The start page: one's next plans, what waits for an answer, what is unread.
import type { JSX } from 'preact'
import { useMe } from '../../data/account'
import { useConversations } from '../../data/conversations'
import { user } from '../../data/device'
import { nameOf, useRelations } from '../../data/people'
import { useNextPlans } from '../../data/plans'
import { IconButton } from '../../ui/button'
import { Link } from '../../ui/link'
import { Page } from '../../ui/page'
import { go } from '../../router'
import { w } from '../../words'
import { ChatRow } from '../chats/chat-row'
import { Loaded } from '../load'
import { Requests } from '../people/requests'
import { PlanRow } from '../plans/plan-row'

/** Home. */
export default function Home(): JSX.Element {
  const me = useMe().data.value
  const name = me ? me.first_name || nameOf(me) : (user.value?.username ?? '')
  const requests = useRelations()
  const waiting = requests.data.value?.incoming_requests.length ?? 0
  const aside = (
    <section class="card" aria-labelledby="home-requests">
      <h2 id="home-requests">{w.home.requests}</h2>
      <Loaded of={requests} lines={2}>
        {({ incoming_requests: incoming }) =>
          incoming.length > 0 ? (
            <Requests incoming={incoming} />
          ) : (
            <p class="muted">{w.home.noRequests}</p>
          )
        }
      </Loaded>
    </section>
  )
  return (
    <Page
      title={w.home.title}
      heading={w.home.greeting(partOfDay(), name)}
      class="with-aside"
      aside={aside}
      actions={
        <span class="phone-only">
          <IconButton
            icon="bell"
            label={waiting > 0 ? w.common.requests(waiting) : w.nav.notifications}
            onPress={() => go('/notifications')}
          />
        </span>
      }
    >
      <Next />
      <Unread />
      <div class="actions block">
        <Link to="/plans/new" class="button main">
          {w.home.newPlan}
        </Link>
        <Link to="/people" class="button">
          {w.home.newMessage}
        </Link>
      </div>
    </Page>
  )
}

function partOfDay(): 'morning' | 'day' | 'evening' {
  const hour = new Date().getHours()
  return hour >= 5 && hour < 11 ? 'morning' : hour >= 17 ? 'evening' : 'day'
}

function Next() {
  return (
    <section aria-labelledby="home-next">
      <div class="section-title">
        <h2 id="home-next">{w.home.next}</h2>
        <Link to="/plans">{w.home.all}</Link>
      </div>
      <Loaded of={useNextPlans()} lines={2}>
        {({ plans }) =>
          plans.length > 0 ? (
            <ul class="rows">
              {plans.map((plan) => (
                <PlanRow plan={plan} hasDay key={plan._id} />
              ))}
            </ul>
          ) : (
            <p class="muted">{w.home.noPlans}</p>
          )
        }
      </Loaded>
    </section>
  )
}

function Unread() {
  return (
    <section aria-labelledby="home-unread">
      <div class="section-title">
        <h2 id="home-unread">{w.home.unread}</h2>
        <Link to="/chats">{w.home.all}</Link>
      </div>
      <Loaded of={useConversations()} lines={2}>
        {(all) => {
          const unread = all.filter((one) => one.unread > 0)
          if (unread.length === 0) return <p class="muted">{w.home.noUnread}</p>
          return (
            <ul class="rows">
              {unread.map((one) => (
                <ChatRow item={one} key={one.conversation_id} />
              ))}
            </ul>
          )
        }}
      </Loaded>
    </section>
  )
}
