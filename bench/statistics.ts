/** Medians and their intervals, free of assumptions about how noise is distributed. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/**
 * The interval between order statistics that covers the median with probability of at least 95 %: by how many of n fair
 * coins fall on one side (Conover, Practical Nonparametric Statistics, section 3.2).
 */
export function medianInterval(values: readonly number[]): [low: number, high: number] {
  const sorted = [...values].sort((a, b) => a - b)
  const n = sorted.length
  let term = 0.5 ** n
  let below = term
  let k = 0
  while (below + (term * (n - k)) / (k + 1) <= 0.025) {
    term *= (n - k) / (k + 1)
    below += term
    k++
  }
  return [sorted[k] as number, sorted[n - 1 - k] as number]
}
