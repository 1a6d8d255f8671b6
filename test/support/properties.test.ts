/** A checker that cannot fail proves nothing: each one passes on what is right and fails on what is slightly wrong. */
import { describe, expect, test } from 'vitest'
import { Matrix } from '../../lib/index.ts'
import { arrayOf, cases, dtypes, lay } from './cases.ts'
import {
  at,
  type Dense,
  dense,
  diagonal,
  normal,
  orthonormal,
  product,
  transposed,
  withEigenvalues,
  withSingularValues,
} from './generate.ts'
import {
  backwardError,
  disorder,
  eigenError,
  gramError,
  isPermutation,
  minimumNormError,
  negativeLeaders,
  optimalityError,
  orthogonalityError,
  pivotingError,
  productError,
  relativeError,
  residualError,
  singularValueError,
  violations,
} from './properties.ts'
import { read, referenceSvd } from './reference.ts'

const bound = 10

describe.each(dtypes)('%s', (dtype) => {
  const epsilon = dtype === 'float64' ? 2 ** -52 : 2 ** -23
  const make = (A: Dense) => lay(A, dtype, 'row-major')
  /** One entry off by 100 · bound · ε of the largest: what the perturbation script does to a kernel's output. */
  const spoil = (A: Matrix, i = 0, j = 0) => {
    const copy = A.copy()
    const largest = Math.max(...copy.data.map(Math.abs))
    copy.set(i, j, copy.get(i, j) + 100 * bound * Math.max(A.rows, A.columns) * epsilon * largest)
    return copy
  }
  const Q = make(orthonormal(8, 4, 1))
  const R = make(dense(4, 4, (i, j) => (i > j ? 0 : 1 + i + j)))
  const A = make(product(read(Q), read(R)))
  const X = make(normal(4, 2, 3))
  const B = make(product(read(A), read(X)))

  test('productError', () => {
    expect(productError(A, Q, R)).toBeLessThan(bound)
    expect(productError(A, spoil(Q), R)).toBeGreaterThan(bound)
    expect(productError(A, Q, spoil(R))).toBeGreaterThan(bound)
    const huge = dtype === 'float64' ? 2 ** 996 : 2 ** 120
    const [largeA, largeR] = [A, R].map((M) => make(dense(M.rows, M.columns, (i, j) => huge * M.get(i, j))))
    expect(productError(largeA, Q, largeR)).toBeLessThan(bound)
    expect(productError(largeA, Q, spoil(largeR))).toBeGreaterThan(bound)
  })
  test('orthogonalityError', () => {
    expect(orthogonalityError(Q)).toBeLessThan(bound)
    expect(orthogonalityError(spoil(Q))).toBeGreaterThan(bound)
  })
  test('gramError', () => {
    expect(gramError(A, R)).toBeLessThan(bound)
    expect(gramError(A, spoil(R))).toBeGreaterThan(bound)
  })
  test('pivotingError', () => {
    const pivoted = make(dense(3, 4, (i, j) => (i > j ? 0 : i === j ? 3 - i : 1)))
    expect(pivotingError(pivoted)).toBeLessThan(bound)
    expect(pivotingError(make(dense(3, 3, (i, j) => (i === j ? 1 + 1e-3 * i : 0))))).toBeGreaterThan(bound)
  })
  test('residualError', () => {
    const residuals = arrayOf(dtype, [0, 0])
    expect(residualError(A, X, B, residuals)).toBeLessThan(bound)
    residuals[1] = (1e4 * epsilon) ** 2 * 1e4
    expect(residualError(A, X, B, residuals)).toBeGreaterThan(bound)
    residuals[1] = Number.NaN
    expect(residualError(A, X, B, residuals)).not.toBeLessThan(bound)
    expect(residualError(A, X, B, residuals.slice(1))).toBe(Number.POSITIVE_INFINITY)
  })
  test('backwardError', () => {
    expect(backwardError(A, X, B)).toBeLessThan(bound)
    expect(backwardError(A, spoil(X), B)).toBeGreaterThan(bound)
  })
  test('optimalityError', () => {
    expect(optimalityError(A, X, B)).toBeLessThan(bound)
    expect(optimalityError(A, spoil(X, 3, 1), B)).toBeGreaterThan(bound)
  })
  test('minimumNormError', () => {
    const deficient = make(withSingularValues(6, 4, [2, 1], 5))
    const inside = make(product(transposed(read(deficient)), normal(6, 2, 6)))
    expect(minimumNormError(deficient, inside, 2)).toBeLessThan(bound)
    expect(minimumNormError(deficient, spoil(inside), 2)).toBeGreaterThan(bound)
  })
  test('singularValueError', () => {
    const values = dtype === 'float64' ? Float64Array.of(3, 2, 1) : Float32Array.of(3, 2, 1)
    const known = make(withSingularValues(5, 3, [3, 2, 1], 7))
    expect(singularValueError(known, values)).toBeLessThan(bound)
    expect(singularValueError(known, spoil(new Matrix(values, 3, 1)).data)).toBeGreaterThan(bound)
    expect(singularValueError(known, values.slice(1))).toBeGreaterThan(bound)
  })
  test('eigenError', () => {
    const V = make(orthonormal(4, 4, 9))
    const known = make(withEigenvalues([1, 2, 3, 4], 9))
    const values = dtype === 'float64' ? Float64Array.of(1, 2, 3, 4) : Float32Array.of(1, 2, 3, 4)
    expect(eigenError(known, values, V)).toBeLessThan(bound)
    expect(eigenError(known, values, spoil(V))).toBeGreaterThan(bound)
    expect(eigenError(known, spoil(new Matrix(values, 4, 1)).data, V)).toBeGreaterThan(bound)
  })
  test('relativeError', () => {
    expect(relativeError(A, A.copy())).toBe(0)
    expect(relativeError(spoil(A), A)).toBeGreaterThan(bound)
  })
  test('violations', () => {
    expect(violations(R, 'upper') + violations(R.transpose, 'lower') + violations(R, 'nonNegativeDiagonal')).toBe(0)
    expect(violations(make(diagonal([1, 1])), 'unitDiagonal')).toBe(0)
    expect(violations(spoil(R, 2, 0), 'upper')).toBe(1)
    expect(violations(spoil(R, 2, 0).transpose, 'lower')).toBe(1)
    expect(violations(make(diagonal([1, -1])), 'nonNegativeDiagonal')).toBe(1)
    expect(violations(make(diagonal([1, Number.NaN])), 'nonNegativeDiagonal')).toBe(1)
    expect(violations(make(diagonal([1, 1 - epsilon])), 'unitDiagonal')).toBe(1)
  })
  test('negativeLeaders', () => {
    expect(negativeLeaders(make(diagonal([1, 2])))).toBe(0)
    expect(negativeLeaders(make(diagonal([1, -2])))).toBe(1)
  })
  test('NaN fails every measure', () => {
    const wrong = Q.copy()
    wrong.set(1, 1, Number.NaN)
    expect(productError(A, wrong, R)).not.toBeLessThan(bound)
    expect(orthogonalityError(wrong)).not.toBeLessThan(bound)
    expect(relativeError(wrong, Q)).not.toBeLessThan(bound)
  })
})

test('disorder', () => {
  expect(disorder([3, 2, 2], 'descending') + disorder([1, 1, 2], 'ascending')).toBe(0)
  expect(disorder([3, 2, 2], 'ascending')).toBe(1)
  expect(disorder([3, Number.NaN, 2], 'descending')).toBeGreaterThan(0)
})

test('isPermutation', () => {
  expect(isPermutation([2, 0, 1], 3)).toBe(true)
  expect(isPermutation([2, 0, 0], 3)).toBe(false)
  expect(isPermutation([2, 0], 3)).toBe(false)
  expect(isPermutation([1, 2, 3], 3)).toBe(false)
})

test('the reference SVD: A V has orthogonal columns of the given lengths', () => {
  const A = withSingularValues(9, 5, [1, 1e-3, 1e-6, 1e-9, 1e-12], 4)
  const { singularValues, V } = referenceSvd(A)
  const images = product(A, V)
  expect(orthogonalityError(new Matrix(V.data, 5, 5))).toBeLessThan(bound)
  for (let j = 0; j < 5; j++) {
    expect(Math.hypot(...Array.from({ length: 9 }, (_, i) => at(images, i, j)))).toBeCloseTo(singularValues[j], 15)
    expect(singularValues[j] / 1e-3 ** j).toBeCloseTo(1, 3)
  }
})

describe('cases', () => {
  test('are what their tags say', () => {
    for (const { name, tags, A, rank, dtype } of cases({ without: ['nonFinite', 'graded'] })) {
      if (rank === undefined || tags.has('large')) continue
      const { singularValues } = referenceSvd(read(A.rows < A.columns ? A.transpose : A))
      const least = (dtype === 'float64' ? 2 ** -52 : 2 ** -23) * Math.max(A.rows, A.columns) * singularValues[0]
      expect(singularValues.filter((s) => s > least).length, name).toBe(rank)
      if (tags.has('wellConditioned') && rank > 0)
        expect(singularValues[0] / singularValues[rank - 1], name).toBeLessThan(1e4)
    }
  })
  test('stand among canaries in the strided and offset layouts', () => {
    for (const { A } of cases({ with: ['integers'], layouts: ['strided', 'offset'] })) {
      expect(A.data.filter(Number.isNaN).length).toBe(A.data.length - A.rows * A.columns)
    }
  })
})
