// Calls every kind of kernel a few times and ends in the plain way: what the leak checker of `npm run test:asan` looks at.
import { Matrix, matmul, matmulAsync, svd, svdAsync } from 'lowrank'

const A = Matrix.random(40, 30, { seed: 1 })
for (let i = 0; i < 10; i++) {
  matmul(A, A.transpose)
  svd(A)
  await Promise.all([matmulAsync(A, A.transpose), svdAsync(A)])
}
