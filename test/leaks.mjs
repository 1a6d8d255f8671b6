// Calls every kind of kernel in many ways and ends in the plain way: what the leak checker of `npm run test:asan` looks
// at.
import { Matrix, matmul, matmulAsync, SparseMatrix, svdAsync, truncatedSVDAsync } from 'lowrank'
import { completeALSAsync, hadamardALSAsync, implicitALSAsync, ratings } from 'lowrank/als'
import { everyCall } from './native/fixtures/everyCall.mjs'

everyCall()
const A = Matrix.random(40, 40, { seed: 1 })
const sparse = SparseMatrix.fromDense(A)
const rated = ratings([1, 1, 2, 2, 3], [1, 2, 1, 3, 3], [5, 3, 4, 1, 2])
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
    completeALSAsync(rated, { rank: 2, signal: controller.signal }),
    implicitALSAsync(rated, { rank: 2 }),
    hadamardALSAsync(A, { ranks: [1, 2], signal: controller.signal }),
  ]
  controller.abort()
  structuredClone(out.data.buffer, { transfer: [out.data.buffer] })
  await Promise.allSettled(calls)
}
matmul(A, A)
