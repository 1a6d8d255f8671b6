import { eigh, eighAsync } from '../../lib/index.ts'
import { contract, definite } from '../support/contract.ts'

contract('eigh', eigh, eighAsync, { operands: [definite], batch: true })
