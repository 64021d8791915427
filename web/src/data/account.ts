// Oneself: signing in and up, one's profile, one's sessions, leaving.
import { kith } from './client'
import { leaveDevice, owesSignOut, remember, signOutTold } from './device'
import { useResource } from './resource'

/** What this deployment offers. */
export const useService = () => useResource('service', () => kith.GET('/api/service'))

/** Who is signed in. */
export const getMe = () => kith.GET('/api/me')
export const useMe = () => useResource('me', getMe)

/** Signs in and remembers who it is. @throws `KithError`, `code_required` where a code is needed */
export async function signIn(given: { username: string; password: string; code?: string }) {
  await kith.signIn(given)
  remember(await getMe())
}

/** Has a code mailed. */
export const sendCode = (username: string, password: string) =>
  kith.POST('/twofa/send-code', { body: { username, password } })

/** Makes an account and signs in. */
export async function signUp(given: { username: string; password: string; email?: string }) {
  await kith.signUp(given)
  remember(await getMe())
}

/** Signs out here. Answers whether the service was told. */
export const signOut = () => leaveDevice(() => kith.signOut())

/** Tells the service of a sign-out that it has not heard of. @returns false where it still has not */
export async function settleSignOut(): Promise<boolean> {
  if (!owesSignOut()) return true
  try {
    await kith.POST('/api/logout')
  } catch {
    return false
  }
  signOutTold()
  return true
}

export const profileKey = 'profile'

/** One's profile, and what of it the other doors know. */
export const useProfile = () =>
  useResource(profileKey, async () => {
    const [profile, details] = await Promise.all([
      kith.GET('/api/profile'),
      kith.GET('/users/user_details'),
    ])
    return {
      ...profile,
      picture: details.payload.profile_picture,
      phone: details.payload.phone_number,
    }
  })

export const sessionsKey = 'sessions'

/** One's sign-ins. */
export const useSessions = () => useResource(sessionsKey, () => kith.GET('/api/sessions'))
