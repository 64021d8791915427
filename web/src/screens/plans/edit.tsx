// Making a plan, and changing one of one's own.
import type { JSX } from 'preact'
import { changePlan, makePlan, type Plan, type PlanFields, usePlan } from '../../data/plans'
import { go } from '../../router'
import type { ScreenProps } from '../../routes'
import { SelectField, TextArea, TextField } from '../../ui/field'
import { Form, type Values } from '../../ui/form'
import { Page } from '../../ui/page'
import { w } from '../../words'
import { allZones, localOf, momentOf, ownZone } from '../../words/zones'
import { faultsOfCreate } from '../create'
import { faultsOf } from '../errors'
import { Loaded } from '../load'

const words = w.plans.form

/** A new one, or the one of the address. */
export default function EditPlan({ params }: ScreenProps): JSX.Element {
  const id = params['id']
  if (id === undefined) {
    return (
      <Page title={w.plans.new} up="/plans">
        <PlanForm />
      </Page>
    )
  }
  return <Known id={id} />
}

function Known({ id }: { id: string }) {
  return (
    <Page title={w.plans.editTitle} up={`/plans/${id}`}>
      <Loaded of={usePlan(id)}>{(plan) => <PlanForm plan={plan} key={id} />}</Loaded>
    </Page>
  )
}

function PlanForm({ plan }: { plan?: Plan }) {
  const submit = async (values: Values) => {
    const fields = fieldsOf(values)
    const id = plan ? plan._id : await makePlan(fields)
    if (plan) await changePlan(id, fields)
    go(`/plans/${id}`, { replace: true })
  }
  return (
    <Form
      action={plan ? w.common.save : words.create}
      busy={plan ? w.common.saving : words.creating}
      faultsOf={plan ? faultsOf : faultsOfCreate('plans')}
      submit={submit}
    >
      {(faults) => (
        <>
          <TextField
            name="title"
            label={words.title}
            fault={faults['title']}
            defaultValue={plan?.title ?? ''}
            maxLength={200}
            autocomplete="off"
            required
          />
          <When plan={plan} faults={faults} />
          <Where plan={plan} faults={faults} />
          <TextArea
            name="description"
            label={words.about}
            fault={faults['description']}
            defaultValue={plan?.description ?? ''}
            maxLength={10_000}
            isOptional
          />
          <div class="two">
            <SelectField
              name="visibility"
              label={words.visibility}
              fault={faults['visibility']}
              value={plan?.visibility ?? 'friends'}
              options={[
                { value: 'friends', label: words.friendsOnly },
                { value: 'everyone', label: words.everyone },
                { value: 'private', label: words.private },
              ]}
            />
            <TextField
              name="capacity"
              label={words.capacity}
              hint={words.capacityHint}
              fault={faults['capacity']}
              type="number"
              min={1}
              inputMode="numeric"
              defaultValue={plan?.capacity ?? ''}
              isOptional
            />
          </div>
        </>
      )}
    </Form>
  )
}

type Part = { plan: Plan | undefined; faults: Record<string, string> }

const hour = 3_600_000

function When({ plan, faults }: Part) {
  const zone = plan?.timezone || ownZone()
  const nextHour = Math.ceil(Date.now() / hour) * hour + hour
  const start = plan ? plan.start_time && Date.parse(plan.start_time) : nextHour
  const end = plan ? Date.parse(plan.end_time) : nextHour + 2 * hour
  const zones = new Set([zone, ownZone(), ...allZones()])
  return (
    <>
      <div class="two">
        <TextField
          name="start_time"
          label={words.start}
          fault={faults['start_time']}
          type="datetime-local"
          defaultValue={start ? localOf(start, zone) : ''}
        />
        <TextField
          name="end_time"
          label={words.end}
          fault={faults['end_time']}
          type="datetime-local"
          defaultValue={localOf(end, zone)}
          required
        />
      </div>
      <SelectField
        name="timezone"
        label={words.zone}
        hint={words.zoneHint}
        fault={faults['timezone']}
        value={zone}
        options={[...zones].map((name) => ({ value: name, label: name.replaceAll('_', ' ') }))}
      />
    </>
  )
}

function Where({ plan, faults }: Part) {
  const field = (
    name: keyof PlanFields['location'],
    label: string,
    autocomplete: string,
    isOptional = false,
  ) => (
    <TextField
      name={`location.${name}`}
      label={label}
      fault={faults[`location.${name}`]}
      defaultValue={plan?.location[name] ?? ''}
      maxLength={name === 'zipcode' ? 20 : 200}
      autocomplete={autocomplete}
      isOptional={isOptional}
      required={!isOptional}
    />
  )
  return (
    <fieldset>
      <legend>{words.where}</legend>
      {field('name', words.place, 'off', true)}
      {field('address1', words.address1, 'address-line1')}
      {field('address2', words.address2, 'address-line2', true)}
      <div class="two">
        {field('city', words.city, 'address-level2')}
        {field('zipcode', words.zipcode, 'postal-code')}
      </div>
      {field('state', words.state, 'address-level1')}
    </fieldset>
  )
}

function fieldsOf(values: Values): PlanFields {
  const text = (name: string) => (values[name] ?? '').trim()
  const zone = text('timezone') || ownZone()
  const time = (name: string) => {
    const at = momentOf(text(name), zone)
    return Number.isNaN(at) ? '' : new Date(at).toISOString().replace('.000Z', 'Z')
  }
  return {
    title: text('title'),
    description: text('description'),
    location: {
      name: text('location.name'),
      address1: text('location.address1'),
      address2: text('location.address2'),
      city: text('location.city'),
      state: text('location.state'),
      zipcode: text('location.zipcode'),
    },
    start_time: time('start_time') || null,
    end_time: time('end_time'),
    timezone: zone,
    visibility: text('visibility') as PlanFields['visibility'],
    capacity: text('capacity') === '' ? null : Number(text('capacity')),
  }
}
