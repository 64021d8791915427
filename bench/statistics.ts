// Medians and percentiles.

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The value below which that share of the values is (nearest rank); 0 where there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
