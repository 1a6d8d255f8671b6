import { qr, qrAsync } from '../../lib/index.ts'
import { contract, tall } from '../support/contract.ts'

contract('qr', qr, qrAsync, { operands: [tall], options: ['mode', 'pivoting'], batch: true })
