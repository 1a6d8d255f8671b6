import { cholesky, choleskyAsync } from '../../lib/index.ts'
import { contract, definite } from '../support/contract.ts'

contract('cholesky', cholesky, choleskyAsync, { operands: [definite], batch: true })
