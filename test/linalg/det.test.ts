import { det, detAsync } from '../../lib/index.ts'
import { contract, definite } from '../support/contract.ts'

contract('det', det, detAsync, { operands: [definite], batch: true })
