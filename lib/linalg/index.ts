export { type MatmulOptions, matmul, matmulAsync } from './matmul.ts'
export { type SvdBatchResult, type SvdOptions, type SvdResult, svd, svdAsync } from './svd.ts'
