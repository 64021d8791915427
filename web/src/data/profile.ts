// Changes of one's own account.
import { kith } from './client'
import { profileKey, sessionsKey } from './account'
import { remember, user } from './device'
import { invalidate } from './resource'

const changed = () => invalidate((key) => key === profileKey || key === 'me')

/** What the profile's form says. */
export type ProfileFields = {
  first_name: string
  last_name: string
  bio: string
  date_of_birth: string | null
}

/** Changes name, bio and birthday; a new username or picture too. @throws `KithError` */
export async function changeProfile(
  fields: ProfileFields,
  username: string,
  picture: File | null,
): Promise<void> {
  const form = new FormData()
  if (username !== user.value?.username) form.append('username', username)
  if (picture) form.append('profile_picture', picture)
  if ([...form.keys()].length > 0) await sendForm(form)
  await kith.PATCH('/api/profile/update', { body: fields })
  changed()
  if (user.value && username !== user.value.username) remember({ id: user.value.id, username })
}

/** The one call with a file: a form of its own kind. */
const sendForm = (form: FormData) => kith.PATCH('/users/user_details', { body: form })

/** Changes the password; the other sessions end. @throws `KithError` */
export async function changePassword(oldPassword: string, newPassword: string): Promise<void> {
  const body = { old_password: oldPassword, new_password: newPassword }
  await kith.POST('/api/change-password', { body })
  invalidate((key) => key === sessionsKey)
}

/** Changes address and phone number, with the password. @throws `KithError` */
export async function changeContacts(fields: {
  email: string
  phone_number: string
  validation_password: string
}): Promise<void> {
  await kith.PATCH('/users/user_details/sensitive', { body: fields })
  changed()
}

/** Switches the mailed code on or off. @throws `KithError` */
export const switchCode = (enabled: boolean, password: string) =>
  kith.POST('/twofa', { body: { enabled, ...(password === '' ? {} : { password }) } })

/** Ends one of one's sessions. @throws `KithError` */
export async function endSession(id: string): Promise<void> {
  await kith.DELETE('/api/sessions/{id}', { params: { path: { id } } })
  invalidate((key) => key === sessionsKey)
}

/** Ends all others. @throws `KithError` */
export async function endOtherSessions(): Promise<void> {
  await kith.DELETE('/api/sessions')
  invalidate((key) => key === sessionsKey)
}

/** Everything that the service holds about oneself, as a file. @throws `KithError` */
export async function exportAll(): Promise<Blob> {
  const all = await kith.GET('/users/export')
  return new Blob([JSON.stringify(all, null, 2)], { type: 'application/json' })
}

/** A new secret address of one's calendar. @throws `KithError` */
export const openCalendar = async () => (await kith.POST('/api/calendar')).url

/** Closes it. @throws `KithError` */
export const closeCalendar = () => kith.DELETE('/api/calendar')

/** Removes the account for good. @throws `KithError` */
export const leaveForGood = () => kith.DELETE('/users/delete_account')
