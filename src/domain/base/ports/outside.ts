// The port to servers of strangers: push services, Google, and whatever address a webhook names.

/** A request to a stranger's server. */
export type OutsideRequest = {
  url: string
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer>
  /** In milliseconds, from the connection to the last byte that is read; 5,000 where nothing is said. */
  deadline?: number
  /** Bytes of the answer that are read; what comes behind them is cut off. 0 where nothing is said. */
  most?: number
}

/** What came of it. `retryAfter` and `ms` in milliseconds. */
export type OutsideAnswer =
  | {
      kind: 'answered'
      status: number
      /** What `Retry-After` asks for, as a number of seconds or a date; null where it says nothing. */
      retryAfter: number | null
      body: Uint8Array<ArrayBuffer>
      ms: number
    }
  /** `refused`: the address is none that may be asked, and was not. */
  | { kind: 'refused' | 'timeout' | 'unreachable'; ms: number }

/** The one way out to addresses that somebody else may have chosen. Neither verb ever throws. */
export type Outside = {
  /** Whether an address may be asked at all. Ask before it is kept; `send` asks again. */
  mayAsk(url: string): boolean
  /** One try. Redirects are answers, and are not followed. */
  send(request: OutsideRequest): Promise<OutsideAnswer>
}
