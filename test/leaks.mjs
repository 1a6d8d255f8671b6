// Calls every kind of kernel in many ways and ends in the plain way: what the leak checker of `npm run test:asan` looks at.
import { Matrix, matmul, matmulAsync, SparseMatrix, svdAsync, truncatedSVDAsync } from 'lowrank'
import { everyCall } from './native/fixtures/everyCall.mjs'

everyCall()
const A = Matrix.random(40, 40, { seed: 1 })
const sparse = SparseMatrix.fromDense(A)
for (let i = 0; i < 10; i++) {
  const controller = new AbortController()
  const out = Matrix.zeros(40, 40)
  const calls = [
    svdAsync(A),
    matmulAsync(sparse, A),
    matmulAsync(sparse, sparse),
    truncatedSVDAsync(A, { rank: 3, method: 'randomized' }),
    svdAsync(new Matrix(new Float64Array(4).fill(Number.NaN), 2, 2)),
    matmulAsync(A, A, { out }),
    matmulAsync(A, A, { signal: controller.signal }),
  ]
  controller.abort()
  structuredClone(out.data.buffer, { transfer: [out.data.buffer] })
  await Promise.allSettled(calls)
}
matmul(A, A)
