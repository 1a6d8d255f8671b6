/** Numbers and tables for reading. */
import Table from 'cli-table3'

/** 54930 as '54,930'. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US')
}

/** A share with three significant digits: 0.0831 as '8.31 %'; what is below a millionth is written with an exponent. */
export function formatShare(value: number): string {
  if (value === 0) return '0 %'
  const percent = value * 100
  return `${percent < 1e-3 ? percent.toExponential(1) : percent.toPrecision(3)} %`
}

/** Four significant digits, without an exponent where it is avoidable. */
export function formatNumber(value: number): string {
  if (value >= 1000 && value < 1e9) return formatCount(Math.round(value))
  return value === 0 || (value >= 0.01 && value < 1000) ? value.toPrecision(4) : value.toExponential(3)
}

/** '620 ms', '1.24 s'. */
export function formatTime(ms: number): string {
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toPrecision(3)} s`
}

/** 'm×n' */
export function formatShape(rows: number, columns: number): string {
  return `${formatCount(rows)}×${formatCount(columns)}`
}

/** Columns of text without borders; no heading where `head` is empty. */
export function alignColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[],
): string {
  const edges = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
  const borders = [...edges, 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid']
  const table = new Table({
    head: [...head],
    colAligns: [...align],
    chars: { ...Object.fromEntries(borders.map((name) => [name, ''])), middle: '   ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
