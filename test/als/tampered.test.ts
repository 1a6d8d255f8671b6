/** Sparse matrices and ratings whose public arrays the caller changed: one typed sentence, from every function. */
import { expect, test } from 'vitest'
import {
  completeALS,
  evaluate,
  factorize,
  hadamardALS,
  implicitALS,
  khatriRaoALS,
  kroneckerALS,
  Ratings,
  split,
} from '../../lib/als/index.ts'
import { ArgumentError, SparseMatrix } from '../../lib/index.ts'

const fresh = () =>
  SparseMatrix.fromDense([
    [1, 2, 0, 4],
    [0, 3, 1, 0],
    [5, 0, 2, 1],
    [1, 1, 0, 3],
  ])

const changes: Record<string, (A: SparseMatrix) => void> = {
  'pointers that descend': ({ rowPointers }) => rowPointers.set([0, 9, 2]),
  'pointers beyond the values': ({ rowPointers }) => rowPointers.fill(2 ** 31 - 1, 1),
  'negative pointers': ({ rowPointers }) => rowPointers.fill(-5),
  'columns beyond the last': ({ columnIndices }) => columnIndices.fill(99),
  'negative columns': ({ columnIndices }) => columnIndices.fill(-1),
}

const uses: Record<string, (A: SparseMatrix, tamper: () => void) => unknown> = {
  transpose: (A, tamper) => [tamper(), A.transpose],
  toDense: (A, tamper) => [tamper(), A.toDense()],
  factorize: (A, tamper) => [tamper(), factorize(A, { rank: 1 })],
  'factorize, als': (A, tamper) => [tamper(), factorize(A, { rank: 1, method: 'als' })],
  hadamardALS: (A, tamper) => [tamper(), hadamardALS(A, { ranks: [1, 1] })],
  kroneckerALS: (A, tamper) => {
    tamper()
    const two = [2, 2] as const
    return kroneckerALS(A, { shapes: [two, two] })
  },
  khatriRaoALS: (A, tamper) => [tamper(), khatriRaoALS(A, { rows: [2, 2] })],
  completeALS: (A, tamper) => [tamper(), completeALS(A, { rank: 1 })],
  implicitALS: (A, tamper) => [tamper(), implicitALS(A, { rank: 1 })],
  validation: (A, tamper) => {
    const validation = new Ratings(A)
    tamper()
    return completeALS(fresh(), { rank: 1, validation })
  },
  split: (A, tamper) => {
    const ratings = new Ratings(A)
    tamper()
    return split(ratings, { by: 'row' })
  },
  evaluate: (A, tamper) => {
    const ratings = new Ratings(A)
    tamper()
    return evaluate(completeALS(fresh(), { rank: 1 }), ratings)
  },
  partialFit: (A, tamper) => {
    const ratings = new Ratings(A)
    tamper()
    return completeALS(fresh(), { rank: 1 }).partialFit(ratings)
  },
  recommend: (A, tamper) => {
    const model = completeALS(A, { rank: 1 })
    tamper()
    return model.recommend([0, 1, 2, 3])
  },
}

test.each(Object.entries(changes))('%s', (_, change) => {
  for (const [name, use] of Object.entries(uses)) {
    const attempt = () => {
      const A = fresh()
      use(A, () => change(A))
    }
    expect(attempt, name).toThrow(ArgumentError)
    expect(attempt, name).toThrow(/tampered with/)
  }
})

test('a rating that became NaN is refused', () => {
  const ratings = new Ratings(fresh())
  const model = completeALS(ratings, { rank: 1 })
  ratings.matrix.values[2] = Number.NaN
  expect(() => split(ratings)).toThrow('finite ratings')
  expect(() => evaluate(model, ratings)).toThrow('finite ratings')
  expect(() => model.predict(0, 0, { clip: true })).toThrow('finite ratings')
})
