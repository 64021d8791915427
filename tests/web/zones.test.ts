// Times of a chosen zone, over both changes of the clock, in six zones.
import { describe, expect, it } from 'vitest'
import { localOf, momentOf } from '../../web/src/words/zones'

const at = (text: string, zone: string) => new Date(momentOf(text, zone)).toISOString()

describe('a local time', () => {
  it.each([
    // Plain days, both sides of UTC.
    ['2026-01-15T09:00', 'Asia/Tokyo', '2026-01-15T00:00:00.000Z'],
    ['2026-07-15T09:00', 'America/Los_Angeles', '2026-07-15T16:00:00.000Z'],
    ['2026-07-15T09:00', 'Asia/Kolkata', '2026-07-15T03:30:00.000Z'],
    // An hour that is skipped moves on.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
    // Of an hour that comes twice the first counts.
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
    // Around them.
    ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
  ])('%s in %s is %s', (local, zone, expected) => {
    expect(at(local, zone)).toBe(expected)
  })

  it('is what the zone’s clock shows, wherever it comes once', () => {
    for (const zone of ['Asia/Tokyo', 'America/Los_Angeles', 'Europe/Vienna', 'Pacific/Chatham']) {
      for (let hour = 0; hour < 24 * 366; hour += 5) {
        const moment = Date.UTC(2026, 0, 1, hour)
        const local = localOf(moment, zone)
        const back = momentOf(local, zone)
        expect([local, localOf(back, zone)]).toEqual([local, local])
        expect(Math.abs(back - moment)).toBeLessThanOrEqual(3_600_000)
      }
    }
  })

  it('that is none is no moment', () => {
    expect(momentOf('', 'Europe/Berlin')).toBeNaN()
  })
})
