// Plans to come, by day.
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { type Filter, hidden, morePlans, type Plan, usePlans } from '../../data/plans'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Link } from '../../ui/link'
import { Empty, ShowMore } from '../../ui/list'
import { w } from '../../words'
import { beginsAt, dayOf } from '../../words/plans'
import { useAct } from '../act'
import { ListPage, SearchField } from '../list-page'
import { Loaded } from '../load'
import { PlanRow } from './plan-row'

const filters: readonly Filter[] = ['all', 'friends', 'mine', 'answered']

/** The list. */
export default function Plans({ params }: ScreenProps): JSX.Element {
  const [filter, setFilter] = useState<Filter>('all')
  const [text, setText] = useState('')
  return (
    <ListPage
      title={w.plans.title}
      params={params}
      actions={
        <Link to="/plans/new" class="button main">
          {w.plans.new}
        </Link>
      }
    >
      <div class="chips" role="group" aria-label={w.plans.filters}>
        {filters.map((one) => (
          <Button isPressed={one === filter} onPress={() => setFilter(one)} key={one}>
            {w.plans[one]}
          </Button>
        ))}
      </div>
      <SearchField label={w.plans.search} value={text} onInput={setText} />
      <Filtered filter={filter} text={text} key={filter} />
    </ListPage>
  )
}

function Filtered({ filter, text }: { filter: Filter; text: string }) {
  const first = usePlans(filter)
  const [more, setMore] = useState<Plan[]>([])
  const [isWhole, setWhole] = useState(false)
  const pages = useRef<AsyncGenerator<Plan[]> | null>(null)
  const [isBusy, act] = useAct()
  const load = async () => {
    if (!pages.current) {
      pages.current = morePlans(filter)
      // The first page is there already.
      await pages.current.next()
    }
    const { value, done } = await pages.current.next()
    if (done || !value) setWhole(true)
    else setMore([...more, ...value])
  }
  return (
    <Loaded of={first}>
      {({ plans, next }) => {
        const all = distinct([...plans, ...more]).filter(({ _id }) => !hidden.value.has(_id))
        if (all.length === 0) {
          return (
            <Empty
              title={filter === 'answered' ? w.plans.emptyAnswered : w.plans.empty}
              hint={w.plans.emptyHint}
            >
              <Link to="/plans/new" class="button main">
                {w.plans.new}
              </Link>
              <Link to="/people" class="button">
                {w.plans.findFriends}
              </Link>
            </Empty>
          )
        }
        const wanted = text.trim().toLowerCase()
        return (
          <>
            <Days plans={all.filter(({ title }) => title.toLowerCase().includes(wanted))} />
            {next !== null && !isWhole && (
              <ShowMore isBusy={isBusy} onMore={() => void act(load)} />
            )}
          </>
        )
      }}
    </Loaded>
  )
}

/** Each once, the next one first. */
function distinct(plans: Plan[]): Plan[] {
  const byId = new Map(plans.map((plan) => [plan._id, plan]))
  return [...byId.values()].toSorted((one, other) => beginsAt(one) - beginsAt(other))
}

function Days({ plans }: { plans: Plan[] }) {
  const days = new Map<string, Plan[]>()
  for (const plan of plans) days.set(dayOf(plan), [...(days.get(dayOf(plan)) ?? []), plan])
  return (
    <>
      {[...days].map(([day, ofDay]) => (
        <section key={day}>
          <h2 class="list-title">{day}</h2>
          <ul class="rows">
            {ofDay.map((plan) => (
              <PlanRow plan={plan} key={plan._id} />
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}
