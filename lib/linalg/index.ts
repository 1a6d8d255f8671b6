export { type MatmulOptions, matmul, matmulAsync } from './matmul.ts'
