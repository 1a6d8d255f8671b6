export { add } from './add.ts'
export { cond, condAsync } from './cond.ts'
export { faceSplitting, faceSplittingAsync } from './faceSplitting.ts'
export { hadamard } from './hadamard.ts'
export { khatriRao, khatriRaoAsync } from './khatriRao.ts'
export { kron, kronAsync } from './kron.ts'
export { type MatmulOptions, matmul, matmulAsync } from './matmul.ts'
export { matrixRank, matrixRankAsync } from './matrixRank.ts'
export { mean } from './mean.ts'
export { norm, normAsync } from './norm.ts'
export { nullSpace, nullSpaceAsync } from './nullSpace.ts'
export { orth, orthAsync } from './orth.ts'
export {
  type Blocks,
  type PartitionedKhatriRaoOptions,
  partitionedKhatriRao,
  partitionedKhatriRaoAsync,
} from './partitionedKhatriRao.ts'
export { pinv, pinvAsync } from './pinv.ts'
export { type PolarResult, polar, polarAsync } from './polar.ts'
export { scale } from './scale.ts'
export { singularValues, singularValuesAsync } from './singularValues.ts'
export { stableRank, stableRankAsync } from './stableRank.ts'
export { subtract } from './subtract.ts'
export { sum } from './sum.ts'
export { type SvdBatchResult, type SvdOptions, type SvdResult, svd, svdAsync } from './svd.ts'
