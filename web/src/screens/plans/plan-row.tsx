// A plan in a list.
import type { JSX } from 'preact'
import { user } from '../../data/device'
import { cardOf, nameOf } from '../../data/people'
import type { Plan } from '../../data/plans'
import { place } from '../../router'
import { Link } from '../../ui/link'
import { Name } from '../../ui/text'
import { w } from '../../words'
import { answerOf, dayOf, timeOf } from '../../words/plans'

/** Whose plan it is, as one reads it. */
export function byWhom(plan: Plan): string {
  const id = Number(plan.created_by)
  if (id === user.value?.id) return w.plans.byYou
  const card = cardOf(id).value
  return card === undefined ? '' : w.plans.by(card ? nameOf(card) : w.common.somebody)
}

/** Its time, title, who makes it, and what one has answered. */
export function PlanRow({ plan, hasDay = false }: { plan: Plan; hasDay?: boolean }): JSX.Element {
  const to = `/plans/${plan._id}`
  const answer = answerOf(plan)
  const isFull = plan.capacity !== null && plan.rsvp_count >= plan.capacity
  const hints = [byWhom(plan), isFull && !answer ? w.plans.full : ''].filter((word) => word !== '')
  return (
    <li>
      <Link to={to} class="row" aria-current={place.value.path === to ? 'page' : undefined}>
        <span class="row-text">
          <div class="row-title" dir="auto">
            <Name>{plan.title}</Name>
          </div>
          <div class="row-hint">{hints.join(' · ') || '\u00a0'}</div>
        </span>
        <span class="row-end">
          <span>{hasDay ? `${dayOf(plan)}, ${timeOf(plan)}` : timeOf(plan)}</span>
          {answer && <span class="mark">{answer}</span>}
        </span>
      </Link>
    </li>
  )
}
