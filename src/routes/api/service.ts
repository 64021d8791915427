// /api/service/: what this deployment offers, for clients that show a sign-in.
import { Hono } from 'hono'
import * as z from 'zod'
import type { AppContext, AppEnv } from '../../wire/pipeline/app-env'
import { endpoint } from '../../wire/describe/notes'

export const apiService = new Hono<AppEnv>()

const Service = z.object({
  name: z.string(),
  sign_in: z.object({
    providers: z.array(z.object({ id: z.string(), name: z.string(), url: z.string() })).meta({
      description: 'Services elsewhere that people sign in through; `url` begins it.',
    }),
  }),
  registration: z.enum(['open', 'closed']),
  demo: z
    .array(z.object({ username: z.string(), password: z.string(), about: z.string() }))
    .meta({ description: 'Whom a demo lets everybody be, on its own machine alone.' }),
})

apiService.get(
  '/api/service',
  endpoint({
    tags: ['service'],
    summary: 'What this deployment offers',
    description: 'Further keys come with further offers: pass over those that you do not know.',
    answers: { 200: Service },
  }),
  (c) => {
    c.header('Cache-Control', 'public, max-age=60')
    return c.json(serviceView(c))
  },
)

function serviceView(c: AppContext): z.output<typeof Service> {
  const { providers, rules } = c.get('context')
  return {
    name: c.get('wire').appName,
    sign_in: {
      providers: [...providers].map(([id, { name }]) => ({ id, name, url: '/oauth/authorize' })),
    },
    registration: rules.registrationOpen ? 'open' : 'closed',
    demo: isOwnMachine(c) ? [...c.get('wire').demoPeople] : [],
  }
}

const ownNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Asked under a name that leads nowhere else. */
function isOwnMachine(c: AppContext): boolean {
  return ownNames.has(new URL(c.req.url).hostname)
}
