import { add } from '../../lib/index.ts'
import { elementwise } from '../support/elementwise.ts'

elementwise('add', add, (a, b) => a + b)
