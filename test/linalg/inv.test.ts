import { inv, invAsync } from '../../lib/index.ts'
import { contract, definite } from '../support/contract.ts'

contract('inv', inv, invAsync, { operands: [definite], batch: true })
