import { lu, luAsync } from '../../lib/index.ts'
import { contract, tall } from '../support/contract.ts'

contract('lu', lu, luAsync, { operands: [tall] })
