import { hadamard } from '../../lib/index.ts'
import { elementwise } from '../support/elementwise.ts'

elementwise('hadamard', hadamard, (a, b) => a * b)
