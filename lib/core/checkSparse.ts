import { ArgumentError, sentence } from './errors.ts'
import type { SparseMatrix } from './sparse.ts'

/**
 * Refuses a sparse matrix whose arrays were detached, shrunk or changed since it was made, so that nobody walks where
 * nothing is. With `among`, of the entries only those of these rows are looked at, and the time is proportional to them.
 */
export function checkSparse(
  routine: string,
  name: string,
  { rows, columns, rowPointers, columnIndices, values }: SparseMatrix,
  among?: Int32Array,
): void {
  const refuse = (received: string): never => {
    const expected = `${name} with the arrays that it was made with`
    throw new ArgumentError(
      sentence(routine, expected, received, 'a buffer was detached, shrunk or tampered with; make it anew'),
    )
  }
  const count = values.length
  if (rowPointers.length !== rows + 1 || columnIndices.length !== count)
    refuse(
      `rowPointers, columnIndices and values of ${rowPointers.length}, ${columnIndices.length} and ${count} numbers`,
    )
  if (rowPointers[0] !== 0 || rowPointers[rows] !== count)
    refuse(`rowPointers from ${rowPointers[0]} to ${rowPointers[rows]} for ${count} entries`)
  const length = among?.length ?? rows
  for (let r = 0; r < length; r++) {
    const i = among === undefined ? r : (among[r] as number)
    const [begin, end] = [rowPointers[i] as number, rowPointers[i + 1] as number]
    if (!(begin >= 0 && begin <= end && end <= count)) refuse(`entries ${begin} to ${end} of row ${i}`)
    for (let k = begin; k < end; k++) {
      const j = columnIndices[k] as number
      if (!(j >= 0 && j < columns)) refuse(`column ${j} in row ${i}`)
    }
  }
}
