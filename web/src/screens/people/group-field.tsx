// The group that one has put a friend into: one's own word, seen by nobody else.
import type { JSX } from 'preact'
import { putInGroup } from '../../data/friends'
import { useFriends } from '../../data/people'
import { TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { say } from '../../ui/toast'
import { w } from '../../words'
import { faultsOf } from '../errors'

/** D's name for no group. */
const noGroup = 'Default'

/** The field, with the groups that there are as offers. */
export function GroupField({ id, group }: { id: number; group: string }): JSX.Element {
  const groups = new Set(useFriends().data.value?.map((one) => one.group) ?? [])
  groups.delete(noGroup)
  return (
    <section class="card">
      <Form
        action={w.common.save}
        busy={w.common.saving}
        kind="plain"
        faultsOf={faultsOf}
        submit={async (values) => {
          await putInGroup(id, (values['group'] ?? '').trim() || noGroup)
          say(w.common.saved)
        }}
      >
        {(faults) => (
          <>
            <TextField
              name="group"
              label={w.people.changeGroup}
              hint={w.people.groupHint}
              fault={faults['group']}
              list="groups"
              autocomplete="off"
              maxLength={100}
              defaultValue={group === noGroup ? '' : group}
            />
            <datalist id="groups">
              {[...groups].map((name) => (
                <option value={name} key={name} />
              ))}
            </datalist>
          </>
        )}
      </Form>
    </section>
  )
}
