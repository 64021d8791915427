// A time of the day, as a field holds it.
import { field, present, shortText } from './index'

/** `HH:MM`, from 00:00 to 23:59, as minutes since midnight. */
export const dayTime = field(
  { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['22:00'] },
  (raw, fail) => {
    present(raw, fail)
    const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(shortText(raw)) ?? []
    return hours === undefined ? fail('not_time') : Number(hours) * 60 + Number(minutes)
  },
)
