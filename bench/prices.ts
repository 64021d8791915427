// Cloudflare's published prices, and what counted calls cost by them. US dollars, Workers Paid.
import type { Counts } from './counts.ts'

/** When the table was compared with the pages that it names. */
export const pricesAsOf = '2026-11-24'

/** One line of the price list: what is included in a month, and what a million more costs. */
export type Price = { what: string; included: number; perMillion: number; source: string }

const docs = 'https://developers.cloudflare.com'

/** The subscription, per month; the included amounts come with it. */
export const subscription = 5

export const prices = {
  requests: {
    what: 'Worker requests',
    included: 10e6,
    perMillion: 0.3,
    source: `${docs}/workers/platform/pricing/`,
  },
  cpuMilliseconds: {
    what: 'milliseconds of CPU',
    included: 30e6,
    perMillion: 0.02,
    source: `${docs}/workers/platform/pricing/`,
  },
  rowsRead: {
    what: 'rows read, D1',
    included: 25e9,
    perMillion: 0.001,
    source: `${docs}/d1/platform/pricing/`,
  },
  rowsWritten: {
    what: 'rows written, D1',
    included: 50e6,
    perMillion: 1,
    source: `${docs}/d1/platform/pricing/`,
  },
  objectRequests: {
    what: 'requests to Durable Objects (calls, joins, alarms; 20 frames of sockets are one)',
    included: 1e6,
    perMillion: 0.15,
    source: `${docs}/durable-objects/platform/pricing/`,
  },
  objectGigabyteSeconds: {
    what: 'GB-seconds of Durable Objects (128 MB while one is active)',
    included: 400_000,
    perMillion: 12.5,
    source: `${docs}/durable-objects/platform/pricing/`,
  },
  objectRowsRead: {
    what: 'rows read, Durable Objects',
    included: 25e9,
    perMillion: 0.001,
    source: `${docs}/durable-objects/platform/pricing/`,
  },
  objectRowsWritten: {
    what: 'rows written, Durable Objects (an alarm that is set is one)',
    included: 50e6,
    perMillion: 1,
    source: `${docs}/durable-objects/platform/pricing/`,
  },
  kvReads: {
    what: 'KV reads',
    included: 10e6,
    perMillion: 0.5,
    source: `${docs}/kv/platform/pricing/`,
  },
  kvWrites: {
    what: 'KV writes and deletes',
    included: 1e6,
    perMillion: 5,
    source: `${docs}/kv/platform/pricing/`,
  },
  mediaWrites: {
    what: 'R2 class A (writes, lists)',
    included: 1e6,
    perMillion: 4.5,
    source: `${docs}/r2/pricing/`,
  },
  mediaReads: {
    what: 'R2 class B (reads)',
    included: 10e6,
    perMillion: 0.36,
    source: `${docs}/r2/pricing/`,
  },
} as const satisfies Record<string, Price>

/** Per GB and month, beyond what is included: not part of the sums here. */
export const storagePrices = [
  { what: 'D1', includedGigabytes: 5, perGigabyte: 0.75 },
  { what: 'Durable Objects', includedGigabytes: 5, perGigabyte: 0.2 },
  { what: 'KV', includedGigabytes: 1, perGigabyte: 0.5 },
  { what: 'R2', includedGigabytes: 10, perGigabyte: 0.015 },
]

export type Billed = Record<keyof typeof prices, number>

/**
 * How long an object is taken to be active, in milliseconds: for each call, frame and alarm (Cloudflare's
 * own example), and beside it for each round trip to D1 that it waits for. It cannot be measured here.
 */
export const assumed = { perObjectEvent: 10, perObjectTrip: 30 }

const framesPerRequest = 20
const objectGigabytes = 0.128

/** What is billed of some counts and so many milliseconds of CPU. */
export function billed(counts: Counts, cpuMilliseconds: number): Billed {
  const events = counts.objectRequests + counts.objectMessages
  const active = events * assumed.perObjectEvent + counts.objectTrips * assumed.perObjectTrip
  return {
    requests: counts.requests,
    cpuMilliseconds,
    rowsRead: counts.rowsRead,
    rowsWritten: counts.rowsWritten,
    objectRequests: counts.objectRequests + counts.objectMessages / framesPerRequest,
    objectGigabyteSeconds: (active / 1000) * objectGigabytes,
    objectRowsRead: counts.objectRowsRead,
    objectRowsWritten: counts.objectRowsWritten,
    kvReads: counts.kvReads,
    kvWrites: counts.kvWrites,
    mediaWrites: counts.mediaWrites,
    mediaReads: counts.mediaReads,
  }
}

/** The price of a million of these: nothing included, so what growth costs. */
export function priceOfMillion(amounts: Billed): number {
  return sum(amounts, (name) => amounts[name] * prices[name].perMillion)
}

/** The month's bill for these amounts, the subscription and what it includes accounted for. */
export function monthlyBill(amounts: Billed): number {
  const beyond = (name: keyof Billed) => Math.max(0, amounts[name] - prices[name].included)
  return subscription + sum(amounts, (name) => (beyond(name) / 1e6) * prices[name].perMillion)
}

/** The lines that make up a price, dearest first, each with its share in dollars. */
export function dearest(amounts: Billed): { name: keyof Billed; dollars: number }[] {
  const names = Object.keys(amounts) as (keyof Billed)[]
  return names
    .map((name) => ({ name, dollars: amounts[name] * prices[name].perMillion }))
    .filter(({ dollars }) => dollars > 0)
    .toSorted((a, b) => b.dollars - a.dollars)
}

export function timesBilled(amounts: Billed, factor: number): Billed {
  return each(amounts, (name) => amounts[name] * factor)
}

export function addBilled(first: Billed, ...others: Billed[]): Billed {
  return each(first, (name) => others.reduce((total, one) => total + one[name], first[name]))
}

function each(amounts: Billed, rule: (name: keyof Billed) => number): Billed {
  const names = Object.keys(amounts) as (keyof Billed)[]
  return Object.fromEntries(names.map((name) => [name, rule(name)])) as Billed
}

function sum(amounts: Billed, rule: (name: keyof Billed) => number): number {
  return (Object.keys(amounts) as (keyof Billed)[]).reduce((total, name) => total + rule(name), 0)
}
