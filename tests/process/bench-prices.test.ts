// The arithmetic behind `npm run cost`: known counts have a known price.
import { describe, expect, it } from 'vitest'
import { nothing } from '../../bench/counts'
import { type Doings, personMonth, profile } from '../../bench/person-month'
import {
  addBilled,
  billed,
  dearest,
  monthlyBill,
  priceOfMillion,
  timesBilled,
} from '../../bench/prices'

const idle = billed(nothing, 0)

describe('a million calls', () => {
  it('cost nothing where nothing is billed', () => {
    expect(priceOfMillion(idle)).toBe(0)
  })

  it('cost what their requests, rows and milliseconds do', () => {
    const counts = { ...nothing, requests: 1, trips: 1, rowsRead: 50, rowsWritten: 2 }
    // 0.30 for the requests, 3 × 0.02 for the CPU, 50 × 0.001 and 2 × 1.00 for the rows.
    expect(priceOfMillion(billed(counts, 3))).toBeCloseTo(0.3 + 0.06 + 0.05 + 2, 10)
  })

  it('are billed one request for twenty frames, and for the time that the object is active', () => {
    const frames = billed({ ...nothing, objectMessages: 20 }, 0)
    expect(frames).toEqual({
      ...idle,
      objectRequests: 1,
      // 20 × 10 ms of 128 MB.
      objectGigabyteSeconds: 0.2 * 0.128,
    })
    expect(priceOfMillion(frames)).toBeCloseTo(0.15 + 0.2 * 0.128 * 12.5, 10)
  })

  it('keep an object active for each round trip that it waits for', () => {
    const { objectGigabyteSeconds } = billed({ ...nothing, objectTrips: 2, objectRequests: 1 }, 0)
    expect(objectGigabyteSeconds).toBeCloseTo((0.01 + 2 * 0.03) * 0.128, 10)
  })

  it('cost what KV, R2 and the objects’ own rows do', () => {
    const counts = {
      ...nothing,
      kvReads: 1,
      kvWrites: 1,
      mediaReads: 1,
      mediaWrites: 1,
      objectRowsRead: 1000,
      objectRowsWritten: 1,
    }
    expect(priceOfMillion(billed(counts, 0))).toBeCloseTo(0.5 + 5 + 0.36 + 4.5 + 1 + 1, 10)
  })

  it('name what is dearest first', () => {
    const counts = { ...nothing, requests: 1, rowsWritten: 1 }
    expect(dearest(billed(counts, 0))).toEqual([
      { name: 'rowsWritten', dollars: 1 },
      { name: 'requests', dollars: 0.3 },
    ])
  })
})

describe('a month’s bill', () => {
  it('is the subscription as long as no more is used than it includes', () => {
    expect(monthlyBill({ ...idle, requests: 10e6, rowsWritten: 50e6 })).toBe(5)
  })

  it('adds what is used beyond that, each by its own price', () => {
    const amounts = { ...idle, requests: 15e6, cpuMilliseconds: 105e6 }
    // The first example of Cloudflare's page: 5.00 + 1.50 + 1.50.
    expect(monthlyBill(amounts)).toBeCloseTo(8, 10)
  })

  it('of a person is made of what they do', () => {
    const one = (requests: number) => ({ ...idle, requests })
    const doings: Doings = {
      signIn: one(1),
      refresh: one(1),
      opening: one(5),
      joinRoom: one(1),
      joinOwn: one(1),
      message: one(0),
      openHour: one(0),
      ping: { ...idle, objectRequests: 0.05 },
    }
    const { days, signIns, sessions, hours, pingEvery } = profile
    const month = personMonth(doings)
    expect(month.requests).toBe(days * sessions * 8 + signIns)
    expect(month.objectRequests).toBeCloseTo((days * 2 * hours * 3600 * 0.05) / pingEvery, 6)
  })
})

describe('amounts', () => {
  it('are added and multiplied line by line', () => {
    const sum = addBilled({ ...idle, kvReads: 1 }, { ...idle, kvReads: 2, requests: 1 })
    expect(timesBilled(sum, 10)).toEqual({ ...idle, kvReads: 30, requests: 10 })
  })
})
