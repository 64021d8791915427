// A plan: when and where, who comes, and one's own answer.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { user } from '../../data/device'
import { calendarPath, deletePlan, hidden, hide, type Plan, usePlan } from '../../data/plans'
import { go } from '../../router'
import type { ScreenProps } from '../../routes'
import { Confirm } from '../../ui/dialog'
import { Icon } from '../../ui/icons'
import { Link, LoadLink } from '../../ui/link'
import { Menu } from '../../ui/menu'
import { Page } from '../../ui/page'
import { Words } from '../../ui/text'
import { w } from '../../words'
import { placeOf, whenOf } from '../../words/plans'
import { useAct } from '../act'
import { Loaded } from '../load'
import { Answering } from './answering'
import { Guests } from './guests'
import { byWhom } from './plan-row'

/** The page. */
export default function PlanScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id']!
  const plan = usePlan(id)
  const known = plan.error.value?.status === 404 ? undefined : plan.data.value
  const isOwn = known !== undefined && Number(known.created_by) === user.value?.id
  const [isAsked, setAsked] = useState(false)
  return (
    <Page
      title={known?.title ?? w.plans.title}
      up="/plans"
      class="with-aside"
      aside={known && <Guests plan={known} isOwn={isOwn} />}
      actions={
        known && (
          <>
            {isOwn && (
              <Link to={`/plans/${id}/edit`} class="button">
                {w.common.edit}
              </Link>
            )}
            <Menu
              actions={
                isOwn
                  ? [{ label: w.plans.delete, isDanger: true, onPress: () => setAsked(true) }]
                  : [hiding(id)]
              }
            />
          </>
        )
      }
    >
      <Loaded of={plan}>{(data) => <Shown plan={data} />}</Loaded>
      {isAsked && known && <Deletion plan={known} onClose={() => setAsked(false)} />}
    </Page>
  )
}

function hiding(id: string) {
  const isHidden = hidden.value.has(id)
  return {
    label: isHidden ? w.plans.showAgain : w.plans.hide,
    onPress: () => hide(id, !isHidden),
  }
}

function Shown({ plan }: { plan: Plan }) {
  const { here, there } = whenOf(plan)
  return (
    <>
      <dl class="facts">
        <div class="fact">
          <dt>
            <Icon name="plan" />
          </dt>
          <dd>
            {here}
            {there && <div class="muted">{there}</div>}
          </dd>
        </div>
        <div class="fact">
          <dt>
            <Icon name="place" />
          </dt>
          <dd dir="auto">
            {placeOf(plan)}
            <div class="muted">
              {plan.location.zipcode} {plan.location.state}
            </div>
          </dd>
        </div>
        <div class="fact">
          <dt>
            <Icon name="people" />
          </dt>
          <dd>
            {byWhom(plan)} · {w.plans.visibility[plan.visibility]}
            {plan.capacity !== null && (
              <div class="muted">{w.plans.places(plan.rsvp_count, plan.capacity)}</div>
            )}
          </dd>
        </div>
      </dl>
      {plan.description !== '' && (
        <p class="plan-text">
          <Words text={plan.description} />
        </p>
      )}
      <Answering plan={plan} />
      <p class="block">
        <LoadLink class="button" href={calendarPath(plan._id)} download>
          {w.plans.calendar}
        </LoadLink>
      </p>
    </>
  )
}

function Deletion({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const [isBusy, act] = useAct()
  const yes = async () => {
    if (await act(() => deletePlan(plan._id))) go('/plans', { replace: true })
    else onClose()
  }
  return (
    <Confirm
      title={w.plans.deleteAsk(plan.title)}
      text={w.plans.deleteText}
      action={w.plans.delete}
      busy={isBusy && w.common.saving}
      onYes={() => void yes()}
      onClose={onClose}
    />
  )
}
