import type { Matrix } from './matrix.ts'

export function formatMatrix(matrix: Matrix): string {
  return matrix
    .toArray()
    .map((row) => `[${row.join(' ')}]`)
    .join('\n')
}
