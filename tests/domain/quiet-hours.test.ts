// When quiet hours end, by the clock of their zone, also in the nights in which it is put forward or back.
import { describe, expect, it } from 'vitest'
import { quietUntil } from '../../src/domain/notifications'

const at = (text: string) => Date.parse(text)
const hm = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
const until = (now: string, from: string, to: string, timezone = 'Europe/Berlin') => {
  const end = quietUntil(at(now), { from: hm(from), to: hm(to), timezone })
  return end === null ? null : new Date(end).toISOString()
}

describe('quiet hours', () => {
  it('are none before they begin, from their end on, and all day round neither', () => {
    for (const now of ['2026-11-28T20:59:59Z', '2026-11-28T06:00:00Z', '2026-11-28T12:00:00Z']) {
      expect([now, until(now, '22:00', '07:00')]).toEqual([now, null])
    }
  })

  it('end at their end, over midnight and within a day', () => {
    expect(until('2026-11-28T21:00:00Z', '22:00', '07:00')).toBe('2026-11-29T06:00:00.000Z')
    expect(until('2026-11-29T05:59:30Z', '22:00', '07:00')).toBe('2026-11-29T06:00:00.000Z')
    expect(until('2026-11-28T12:30:00Z', '13:00', '14:15')).toBe('2026-11-28T13:15:00.000Z')
    expect(until('2026-11-28T18:00:00Z', '23:00', '06:30', 'Asia/Kathmandu')).toBe(
      '2026-11-29T00:45:00.000Z',
    )
  })

  it('end an hour sooner in the night in which Berlin puts its clocks forward', () => {
    expect(until('2026-03-28T22:00:00Z', '22:00', '07:00')).toBe('2026-03-29T05:00:00.000Z')
    // Half past two is not there that night.
    expect(until('2026-03-28T22:00:00Z', '22:00', '02:30')).toBe('2026-03-29T01:00:00.000Z')
  })

  it('end an hour later in the night in which Berlin puts them back', () => {
    expect(until('2026-10-24T21:00:00Z', '22:00', '07:00')).toBe('2026-10-25T06:00:00.000Z')
    // Half past two comes twice: the first is the end.
    expect(until('2026-10-24T21:00:00Z', '22:00', '02:30')).toBe('2026-10-25T00:30:00.000Z')
  })
})
