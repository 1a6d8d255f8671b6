import { subtract } from '../../lib/index.ts'
import { elementwise } from '../support/elementwise.ts'

elementwise('subtract', subtract, (a, b) => a - b)
