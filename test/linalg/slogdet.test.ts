import { slogdet, slogdetAsync } from '../../lib/index.ts'
import { contract, definite } from '../support/contract.ts'

contract('slogdet', slogdet, slogdetAsync, { operands: [definite], batch: true })
