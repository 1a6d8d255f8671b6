/**
 * Objects that lie about where their numbers are. They may be refused by a typed error or computed with what is really
 * there, but nothing outside their arrays is written, and the process lives.
 */
import { expect, test } from 'vitest'
import {
  type FloatArray,
  hadamard,
  kron,
  LowRankError,
  lstsq,
  lu,
  Matrix,
  MatrixBatch,
  matmul,
  matmulAsync,
  norm,
  qr,
  SparseMatrix,
  solve,
  sum,
  svd,
  svdAsync,
} from '../../lib/index.ts'

const canary = -123.456
/** n×n entries in the middle of a buffer of canaries. */
function fenced(n: number): { A: Matrix; intact: () => boolean } {
  const whole = new Float64Array(64 + n * n + 64).fill(canary)
  const data = whole.subarray(64, 64 + n * n)
  data.set(Matrix.random(n, n, { seed: n }).data)
  return {
    A: new Matrix(data, n, n),
    intact: () => [...whole.subarray(0, 64), ...whole.subarray(64 + n * n)].every((x) => x === canary),
  }
}

const honest = Matrix.random(4, 4, { seed: 9 })
const members = new MatrixBatch(Matrix.random(3, 16, { seed: 8 }).data, 3, 4, 4)
const sparse = SparseMatrix.fromDense(honest)
/** A function of each class: products, factorizations, batches, sparse handles, into and from. */
const uses: Record<string, (A: Matrix) => unknown> = {
  product: (A) => matmul(A, A),
  'into it': (A) => matmul(honest, honest, { out: A }),
  'added to it': (A) => matmul(honest, honest, { out: A, beta: 1 }),
  'into it, sparse': (A) => matmul(sparse, honest, { out: A }),
  'sparse times it': (A) => matmul(sparse, A),
  'it times sparse': (A) => matmul(A, sparse),
  'made sparse': (A) => matmul(SparseMatrix.fromDense(A), honest),
  'its batch': (A) => matmul(members, A),
  'for a batch': (A) => solve(members, A),
  decomposition: (A) => svd(A),
  qr: (A) => qr(A),
  'least squares': (A) => lstsq(A, honest),
  'factored, then solved with': (A) => lu(honest).solve(A),
  entries: (A) => hadamard(A, honest),
  reduction: (A) => [sum(A), norm(A)],
  kron: (A) => kron(A, honest),
  copying: (A) => [A.copy(), A.toType('float32'), A.transpose, A.view([0, 1])],
  async: (A) => matmulAsync(A, A),
  'async decomposition': (A) => svdAsync(A),
  'async into it': (A) => matmulAsync(honest, honest, { out: A }),
}

/** Ways to spoil a matrix that was right when it was made. */
const lies: Record<string, (A: Matrix) => Matrix> = {}
const values = [-1, 0.5, Number.NaN, 7, 1000, 2 ** 31, 2 ** 53, '4', null, undefined]
for (const key of ['rows', 'columns', 'rowStride', 'columnStride', 'offset', 'count', 'memberStride'])
  for (const value of values) lies[`${key} = ${value}`] = (A) => Object.defineProperty(A, key, { value })
for (const [name, value] of Object.entries({
  none: undefined,
  short: Float64Array.of(1),
  detached: structuredClone(new Float64Array(16)),
  integers: new Int32Array(16),
  floats: new Float32Array(16),
  text: 'text',
  proxy: new Proxy(new Float64Array(16), {}),
  fake: Object.create(Float64Array.prototype),
  'of a false length': Object.defineProperty(new Float64Array(2), 'length', { value: 16 }),
  'of a false offset': Object.defineProperty(new Float64Array(16), 'byteOffset', { value: 1e6 }),
  'of another class': Object.setPrototypeOf(new Float64Array(16), Float32Array.prototype),
  'integers in disguise': Object.setPrototypeOf(new Int32Array(16), Float64Array.prototype),
}))
  lies[`data ${name}`] = (A) => Object.defineProperty(A, 'data', { value })
// Right when it is looked at first, wrong later.
for (const key of ['rows', 'columns', 'rowStride', 'offset'])
  for (const wrong of [0, 100, 2 ** 20])
    for (const after of [1, 2, 4, 8])
      lies[`${key} is ${wrong} after ${after} looks`] = (A) => {
        const right = A[key as 'rows']
        let looks = 0
        return Object.defineProperty(A, key, { get: () => (looks++ < after ? right : wrong) })
      }
lies['a proxy around it'] = (A) => new Proxy(A, {})
lies['a proxy that doubles'] = (A) =>
  new Proxy(A, { get: (target, key) => (key === 'rows' ? 8 : Reflect.get(target, key, target)) })
lies['only its prototype'] = () => Object.create(Matrix.prototype)
lies['one without a prototype'] = (A) => Object.setPrototypeOf(A, null)
lies['one that is a batch'] = (A) => Object.setPrototypeOf(A, MatrixBatch.prototype)
lies['one that is sparse'] = (A) => Object.setPrototypeOf(A, SparseMatrix.prototype)
lies['one of a subclass that lies'] = ({ data }) => {
  class Liar extends Matrix {
    override get dtype(): 'float32' {
      return 'float32'
    }
    override get count(): number {
      return 5
    }
    override get memberStride(): number {
      return 1e9
    }
  }
  return new Liar(data as FloatArray, 4, 4)
}
lies['one that detaches itself'] = (A) => {
  const { data } = A
  return Object.defineProperty(A, 'offset', {
    get: () => {
      if (data.length > 0) structuredClone(data.buffer, { transfer: [data.buffer as ArrayBuffer] })
      return 0
    },
  })
}
lies['one that calls the library'] = (A) => {
  const { columns } = A
  return Object.defineProperty(A, 'columns', { get: () => svd(members) && columns })
}

test.each(Object.entries(lies))('%s', async (_, spoil) => {
  for (const [name, use] of Object.entries(uses)) {
    const { A, intact } = fenced(4)
    const own = A.data
    try {
      await use(spoil(A))
    } catch (error) {
      // What is not even an object of ours fails where its own getters do.
      if (!(error instanceof LowRankError)) expect(error, name).toBeInstanceOf(TypeError)
    }
    if (own.length > 0) expect(intact(), name).toBe(true)
  }
  expect(matmul(honest, Matrix.identity(4)).data).toEqual(honest.data)
})

test('a sparse matrix whose arrays were changed is refused when its native copy is made', () => {
  const changes: ((A: SparseMatrix) => void)[] = [
    (A) => A.columnIndices.fill(99),
    (A) => A.columnIndices.fill(-1),
    (A) => A.rowPointers.fill(1e6),
    (A) => A.rowPointers.fill(-5),
    (A) => A.rowPointers.reverse(),
    (A) => Object.defineProperty(A, 'rows', { value: 1000 }),
    (A) => Object.defineProperty(A, 'columns', { value: 1 }),
    (A) => Object.defineProperty(A, 'values', { value: new Float64Array(2) }),
    (A) => Object.defineProperty(A, 'rowPointers', { value: new Int32Array(2) }),
    (A) => structuredClone(A.values.buffer, { transfer: [A.values.buffer as ArrayBuffer] }),
  ]
  for (const change of changes) {
    const A = SparseMatrix.fromDense(honest)
    change(A)
    expect(() => matmul(A, honest)).toThrow(LowRankError)
    expect(() => matmul(A, A)).toThrow(LowRankError)
  }
  for (const change of changes.slice(0, 5)) {
    const A = SparseMatrix.fromDense(honest)
    const expected = matmul(A, honest)
    change(A)
    expect(matmul(A, honest)).toEqual(expected) // its copy was made
  }
})

test('a factorization whose parts were changed throws or computes', () => {
  for (const change of [
    ({ permutation }) => permutation.fill(1000),
    ({ permutation }) => permutation.fill(-1),
    ({ L }) => Object.defineProperty(L, 'rows', { value: 1e6 }),
    ({ U }) => structuredClone(U.data.buffer, { transfer: [U.data.buffer as ArrayBuffer] }),
  ] as ((factors: ReturnType<typeof lu>) => unknown)[]) {
    const factors = lu(honest)
    const { A, intact } = fenced(4)
    change(factors)
    try {
      factors.solve(A)
    } catch (error) {
      expect(error).toBeInstanceOf(LowRankError)
    }
    expect(intact()).toBe(true)
  }
})
