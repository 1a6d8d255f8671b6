import { describe, expect, test } from 'vitest'
import { Matrix, matmul, type PcaResult, pca, pcaAsync, SparseMatrix, svd } from '../../lib/index.ts'

type Input = Matrix | SparseMatrix
type DType = 'float64' | 'float32'

function centred(A: Input): Matrix {
  const dense = (A instanceof SparseMatrix ? A.toDense() : A).toType('float64').copy() as Matrix
  for (let j = 0; j < dense.columns; j++) {
    let sum = 0
    for (let i = 0; i < dense.rows; i++) sum += dense.get(i, j)
    for (let i = 0; i < dense.rows; i++) dense.set(i, j, dense.get(i, j) - sum / dense.rows)
  }
  return dense
}

/** Random data of which column j has the mean `offset`·j and entries are rarely not zero where `density` is small. */
function data(m: number, n: number, { offset = 0, density = 1, dtype = 'float64' as DType, seed = 1 } = {}): Matrix {
  const A = Matrix.random(m, n, { seed, dtype })
  const keep = Matrix.random(m, n, { seed: seed + 1, distribution: 'uniform' })
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) A.set(i, j, keep.get(i, j) < density ? A.get(i, j) * 3 ** -(j % 7) + offset * j : 0)
  return A as Matrix
}

/** In units of ε: how far the analysis is from the singular value decomposition of the centred matrix. */
function faults(A: Input, result: PcaResult, tolerance: number) {
  const { components, mean, explainedVariance, explainedVarianceRatio, scores } = result
  const B = centred(A)
  const exact = svd(B)
  const k = explainedVariance.length
  let total = 0
  for (const s of exact.singularValues) total += s ** 2
  let variance = 0
  let ratio = 0
  let projection = 0
  let signs = true
  const expected = matmul(B, components.toType('float64').transpose)
  for (let c = 0; c < k; c++) {
    const best = (exact.singularValues[c] as number) ** 2
    variance = Math.max(
      variance,
      Math.abs((explainedVariance[c] as number) - best / (A.rows - 1)) / (total / (A.rows - 1)),
    )
    ratio = Math.max(ratio, Math.abs((explainedVarianceRatio[c] as number) - best / total))
    let largest = 0
    for (let i = 0; i < A.rows; i++) {
      const score = scores.get(i, c)
      projection = Math.max(projection, Math.abs(score - expected.get(i, c)) / Math.sqrt(total))
      if (Math.abs(score) > Math.abs(largest)) largest = score
    }
    signs &&= largest > 0
  }
  let meanError = 0
  const dense = A instanceof SparseMatrix ? A.toDense() : A
  for (let j = 0; j < A.columns; j++) {
    let sum = 0
    let size = 0
    for (let i = 0; i < A.rows; i++) {
      sum += dense.get(i, j)
      size += Math.abs(dense.get(i, j))
    }
    meanError = Math.max(meanError, Math.abs((mean[j] as number) - sum / A.rows) / (size / A.rows || 1))
  }
  return {
    good: Math.max(variance, ratio, projection, meanError) < tolerance,
    variance,
    ratio,
    projection,
    meanError,
    signs,
  }
}

const good = { good: true, signs: true }

const inputs: [string, (dtype: DType) => Input][] = [
  ['tall', (dtype) => data(400, 120, { offset: 0.1, dtype })],
  ['wide', (dtype) => data(120, 400, { offset: 0.1, dtype })],
  ['transposed', (dtype) => data(150, 300, { offset: 0.1, dtype }).transpose],
  ['small', (dtype) => data(12, 5, { offset: 1, dtype })],
  ['tall sparse', (dtype) => SparseMatrix.fromDense(data(500, 200, { density: 0.1, offset: 0.02, dtype }))],
  ['wide sparse', (dtype) => SparseMatrix.fromDense(data(200, 500, { density: 0.1, offset: 0.02, dtype }))],
]

describe.each(['float64', 'float32'] as const)('%s', (dtype) => {
  const tolerance = dtype === 'float64' ? 1e-11 : 2e-5
  test.each(inputs)('%s', async (_, make) => {
    const A = make(dtype)
    for (const method of ['svd', 'randomized'] as const) {
      const options = { rank: 3, method, tolerance: dtype === 'float64' ? 1e-10 : 1e-5 }
      const result = pca(A, options)
      expect(faults(A, result, tolerance)).toMatchObject(good)
      expect([result.components.shape, result.scores.shape]).toEqual([
        [3, A.columns],
        [A.rows, 3],
      ])
      expect(result.mean.constructor).toBe(dtype === 'float64' ? Float64Array : Float32Array)
      expect((await pcaAsync(A, options)).explainedVariance).toEqual(result.explainedVariance)
    }
  })
})

test('a mean a million times the spread costs no more digits than it must', () => {
  const A = data(300, 100, { seed: 4 })
  for (let i = 0; i < 300; i++) for (let j = 0; j < 100; j++) A.set(i, j, A.get(i, j) + 1e6)
  const result = pca(A, { rank: 3, method: 'randomized', tolerance: 1e-8 })
  expect(faults(A, result, 1e-8)).toMatchObject(good)
})

test('the checker sees a wrong variance, score, mean and sign', () => {
  const A = data(100, 30)
  const result = pca(A, { rank: 2 })
  const wrong = (change: Partial<PcaResult>) => faults(A, { ...result, ...change }, 1e-11)
  expect(wrong({ explainedVariance: result.explainedVariance.map((v) => v * (1 + 1e-9)) }).good).toBe(false)
  expect(wrong({ mean: result.mean.map((v) => v + 1e-9) }).good).toBe(false)
  const scores = result.scores.copy()
  for (let i = 0; i < 100; i++) scores.set(i, 0, -scores.get(i, 0))
  expect(wrong({ scores })).toMatchObject({ good: false, signs: false })
})

test('constant data has no variance', () => {
  const A = Matrix.zeros(10, 4) as Matrix
  A.data.fill(2)
  const { explainedVariance, explainedVarianceRatio, mean } = pca(A, { rank: 2 })
  expect([...explainedVariance, ...explainedVarianceRatio]).toEqual([0, 0, 0, 0])
  expect([...mean]).toEqual([2, 2, 2, 2])
})

test('does not see later changes', async () => {
  const A = data(300, 100)
  const options = { rank: 3, method: 'randomized' } as const
  const expected = pca(A, options)
  const promise = pcaAsync(A, options)
  A.data.fill(1)
  expect((await promise).explainedVariance).toEqual(expected.explainedVariance)
})

test('refuses what it cannot do', () => {
  expect(() => pca([[1, 2]], { rank: 1 })).toThrow(
    'pca: expected A with at least two rows, the observations but received 1×2',
  )
  expect(() => pca(Matrix.zeros(5, 3), { rank: 4 })).toThrow('pca: expected rank to be an integer from 0 to 3')
  expect(() =>
    pca(
      [
        [1, Number.NaN],
        [1, 1],
      ],
      { rank: 1 },
    ),
  ).toThrow('pca: expected A with finite entries')
  expect(() =>
    pca(
      [
        [1, 2],
        [3, 4],
      ],
      {},
    ),
  ).toThrow('pca: expected rank or targetError')
})
