// Lists: each row comes as one JSON text, of which every cell less is one that nobody copies on the way; and
// no more rows than are some megabytes, so that what is too much never reaches the isolate.
import { type AnyColumn, type SQL, sql } from 'drizzle-orm'
import { of } from './names'

/** Rows of a list; `isCut` where there may be more of them than its statement let through. */
export type Rows<T> = T[] & { isCut?: true }

/** How a list is kept within some megabytes, whatever its LIMIT says. */
export type Bound = {
  /** So many rows may always come: at their longest they are some megabytes. */
  rows: number
  /**
   * Holds where the list's owner has not more than that in all; cheap, for it is asked each time. Where it
   * does not hold, the rows are weighed.
   */
  few: SQL
  /** Where they are not few, all of them come up to so many bytes, if it is said; else only `rows`. */
  bytes?: number
}

/** Not more than so many rows of a table have `owner` in this column, with which an index begins. */
export function atMost(rows: number, column: AnyColumn, owner: SQL): SQL {
  const most = sql.raw(String(rows))
  return sql`(select count(*) from (select 1 from ${column.table} where ${of(column)} = ${owner}
    limit ${most} + 1)) <= ${most}`
}

/** A text with its parameters, in order. */
export type Text = { text: string; params: unknown[] }
type Limits = Pick<Bound, 'rows' | 'bytes'> & { few: Text }

/** The column of a list. */
export const packed = 'row'

/**
 * Around a select whose columns have these names and whose last clause, if there is a bound, is a LIMIT: its
 * rows in that order as JSON, each followed by whether they are few. Nothing but what is few is looked at
 * unless there are many.
 */
export function packedText(select: Text, names: readonly string[], bound?: Limits): Text {
  if (!bound) return { text: packing(names, select.text), params: select.params }
  if (!/\blimit \?$/.test(select.text)) throw new Error(`no LIMIT at the end of ${select.text}`)
  const few = `(? <= ${bound.rows + 1} or ${bound.few.text})`
  const fewGiven = [select.params.at(-1), ...bound.few.params]
  if (bound.bytes === undefined) {
    const limited = select.text.replace(/\?$/, `case when ${few} then ? else ${bound.rows} end`)
    const [rest, count] = [select.params.slice(0, -1), select.params.at(-1)]
    const params = [...fewGiven, ...rest, ...fewGiven, count]
    return { text: packing(names, limited, few), params }
  }
  // Made once: the select twice in the text would take the database twice as long to plan.
  return {
    text: `with "rows" as materialized (${packing(names, select.text, few)})
      select "${packed}" from "rows" limit case when ${few}
        or (select sum(length(cast("${packed}" as blob))) from "rows") <= ${bound.bytes}
        then -1 else ${bound.rows} end`,
    params: [...fewGiven, ...select.params, ...fewGiven],
  }
}

function packing(names: readonly string[], select: string, ...more: string[]): string {
  const cells = [...names.map((name) => `"${name}"`), ...more].join(', ')
  return `select json_array(${cells}) as "${packed}" from (${select})`
}

/** The cells of such rows. */
export function unpacked(rows: readonly Record<PropertyKey, unknown>[]): unknown[][] {
  return JSON.parse(`[${rows.map((row) => row[packed] as string).join(',')}]`) as unknown[][]
}

/** A cell of JSON: in a list it is there already, elsewhere it is a text. */
export function parsed<T>(cell: string | T): T {
  return typeof cell === 'string' ? (JSON.parse(cell) as T) : cell
}

/** Whether there may be more rows than these: there are many, and as few have come as may always. */
export function mayGoOn(rows: readonly unknown[][], bound: Pick<Bound, 'rows'>): boolean {
  return rows.length === bound.rows && !rows.at(-1)!.at(-1)
}
