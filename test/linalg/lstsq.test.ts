import { lstsq, lstsqAsync } from '../../lib/index.ts'
import { contract, right, tall } from '../support/contract.ts'

contract('lstsq', lstsq, lstsqAsync, { operands: [tall, right], options: ['rtol', 'method'], batch: true })
