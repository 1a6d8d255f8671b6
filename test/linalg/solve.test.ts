import { solve, solveAsync } from '../../lib/index.ts'
import { contract, definite, right } from '../support/contract.ts'

contract('solve', solve, solveAsync, { operands: [definite, right], options: ['assume'], batch: true })
