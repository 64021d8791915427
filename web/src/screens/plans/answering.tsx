// One's own answer to a plan, shown at once.
import type { JSX } from 'preact'
import { type Answer, answerPlan, knowRsvp, type Plan } from '../../data/plans'
import { isOnline } from '../../data/device'
import { Button, IconButton } from '../../ui/button'
import { sayFault } from '../../ui/toast'
import { w } from '../../words'
import { errorText } from '../errors'

const answers: readonly Answer[] = ['going', 'maybe', 'declined']
const mostGuests = 100

/** Three answers, and how many guests one brings. */
export function Answering({ plan }: { plan: Plan }): JSX.Element {
  const { rsvp } = plan
  knowRsvp(plan._id, rsvp)
  const shown = rsvp?.status === 'waitlisted' ? 'going' : rsvp?.status
  const guests = rsvp?.guests ?? 0
  const answer = (status: Answer, count: number) => {
    if (!isOnline.value) return sayFault(w.error.offline)
    answerPlan(plan, status, count).catch((error: unknown) =>
      sayFault(errorText(error), () => answer(status, count)),
    )
  }
  return (
    <section aria-labelledby="answer" class="card">
      <h2 id="answer">{w.plans.answer}</h2>
      <div class="chips" role="group" aria-labelledby="answer">
        {answers.map((status) => (
          <Button
            isPressed={status === shown}
            onPress={() => answer(status, status === 'declined' ? 0 : guests)}
            key={status}
          >
            {w.plans[status]}
          </Button>
        ))}
      </div>
      {(shown === 'going' || shown === 'maybe') && (
        <div class="guests">
          <span id="guests">{w.plans.guests}</span>
          <IconButton
            icon="minus"
            label={w.plans.fewer}
            disabled={guests === 0}
            onPress={() => answer(shown, guests - 1)}
          />
          <output aria-labelledby="guests">{guests}</output>
          <IconButton
            icon="plus"
            label={w.plans.more}
            disabled={guests >= mostGuests}
            onPress={() => answer(shown, guests + 1)}
          />
        </div>
      )}
      {rsvp?.status === 'waitlisted' && <p role="status">{w.plans.waitlist}</p>}
    </section>
  )
}
