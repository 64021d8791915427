// Tables for a terminal.

/** Rows under their heads, numbers to the right, two spaces between the columns. */
export function table(heads: string[], rows: (string | number)[][]): string {
  const cells = [heads, ...rows.map((row) => row.map(String))]
  const widths = heads.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)))
  return cells
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A number with as many digits as are worth reading. */
export function short(value: number | null, digits = 2): string {
  if (value === null) return '–'
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(digits)
}
