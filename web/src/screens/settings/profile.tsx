// One's own name, picture and words.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useProfile } from '../../data/account'
import { picturePath } from '../../data/client'
import { user } from '../../data/device'
import { changeProfile } from '../../data/profile'
import { Avatar } from '../../ui/avatar'
import { TextArea, TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Page } from '../../ui/page'
import { say } from '../../ui/toast'
import { w } from '../../words'
import { faultsOf } from '../errors'
import { Loaded } from '../load'

const words = w.settings.profile

/** The page. */
export default function Profile(): JSX.Element {
  return (
    <Page title={w.settings.parts.profile} up="/settings">
      <Loaded of={useProfile()}>{(own) => <ProfileForm own={own} key={own.id} />}</Loaded>
    </Page>
  )
}

type Own = NonNullable<ReturnType<typeof useProfile>['data']['value']>

function ProfileForm({ own }: { own: Own }) {
  const [picture, setPicture] = useState<File | null>(null)
  const [preview, setPreview] = useState<string | null>(null)
  return (
    <Form
      action={w.common.save}
      busy={w.common.saving}
      faultsOf={faultsOf}
      submit={async (values) => {
        const text = (name: string) => (values[name] ?? '').trim()
        const fields = {
          first_name: text('first_name'),
          last_name: text('last_name'),
          bio: text('bio'),
          date_of_birth: text('date_of_birth') || null,
        }
        await changeProfile(fields, text('username') || (user.value?.username ?? ''), picture)
        setPicture(null)
        say(w.common.saved)
      }}
    >
      {(faults) => (
        <>
          <div class="person-head">
            <Avatar name={own.username} path={preview ?? picturePath(own.picture)} size={96} />
          </div>
          <TextField
            name="profile_picture"
            label={words.picture}
            fault={faults['profile_picture']}
            type="file"
            accept="image/png,image/jpeg,image/gif,image/webp"
            isOptional
            onChange={({ currentTarget: { files } }) => {
              const [chosen = null] = files ?? []
              setPicture(chosen)
              setPreview(chosen && URL.createObjectURL(chosen))
            }}
          />
          <TextField
            name="username"
            label={words.username}
            hint={w.signUp.usernameHint}
            fault={faults['username']}
            defaultValue={own.username}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
          />
          <div class="two">
            <TextField
              name="first_name"
              label={words.first}
              fault={faults['first_name']}
              defaultValue={own.first_name}
              autocomplete="given-name"
              isOptional
            />
            <TextField
              name="last_name"
              label={words.last}
              fault={faults['last_name']}
              defaultValue={own.last_name}
              autocomplete="family-name"
              isOptional
            />
          </div>
          <TextArea
            name="bio"
            label={words.bio}
            fault={faults['bio']}
            defaultValue={own.bio}
            maxLength={500}
            isOptional
          />
          <TextField
            name="date_of_birth"
            label={words.born}
            hint={words.bornHint}
            fault={faults['date_of_birth']}
            type="date"
            defaultValue={own.date_of_birth ?? ''}
            autocomplete="bday"
            isOptional
          />
        </>
      )}
    </Form>
  )
}
