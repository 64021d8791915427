// What a deployment sets about sign-in through 42 (docs/settings.md).
import { type SecretName, type SettingName, settings } from './table'

/** The deployment's registration at 42. `url` has no slash at the end. */
export type FortyTwoSettings = {
  clientId: string
  clientSecret: string
  url: string
  imageHosts: string[]
}

type FortyTwoName = Extract<SettingName | SecretName, `FORTYTWO_${string}`>

const hostForm = /^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*$/
const thisMachine = ['localhost', '127.0.0.1', '[::1]']

/** The settings, null where 42 is not set up, and what is wrong with them. `text` reads a variable. */
export function readFortyTwo(text: (name: FortyTwoName) => string): {
  settings: FortyTwoSettings | null
  problems: string[]
} {
  const [clientId, clientSecret] = [text('FORTYTWO_CLIENT_ID'), text('FORTYTWO_CLIENT_SECRET')]
  const url = (text('FORTYTWO_URL') || settings.FORTYTWO_URL.fallback).replace(/\/$/, '')
  const imageHosts = listOf(
    text('FORTYTWO_IMAGE_HOSTS').toLowerCase() || settings.FORTYTWO_IMAGE_HOSTS.fallback,
  )
  const problems: string[] = []
  if (!isSafeBase(url)) {
    problems.push('FORTYTWO_URL must be an https URL (http on this machine only), without a query.')
  }
  if (!imageHosts.every((host) => hostForm.test(host))) {
    problems.push('FORTYTWO_IMAGE_HOSTS must be host names between commas, without a port.')
  }
  if (clientId !== '' && clientSecret === '') {
    problems.push(
      'The secret FORTYTWO_CLIENT_SECRET is missing. Set it: npx wrangler secret put FORTYTWO_CLIENT_SECRET',
    )
  }
  if (clientId === '' && clientSecret !== '') {
    problems.push('FORTYTWO_CLIENT_SECRET is set, but FORTYTWO_CLIENT_ID is missing.')
  }
  if (clientId === '' || clientSecret === '') return { settings: null, problems }
  return { settings: { clientId, clientSecret, url, imageHosts }, problems }
}

function listOf(text: string): string[] {
  const items = text.split(',').map((item) => item.trim())
  return items.filter((item) => item !== '')
}

/** The client's secret travels there: over https, or not beyond this machine. */
function isSafeBase(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, username, search, hash } = new URL(url)
  if (username !== '' || search !== '' || hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && thisMachine.includes(hostname))
}
