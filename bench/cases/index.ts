import type { Case } from '../case.ts'
import { sweeps } from './als.ts'
import { batches } from './batches.ts'
import { dense } from './dense.ts'
import { factorization } from './factorize.ts'
import { recommendation } from './recommend.ts'
import { structured } from './structured.ts'
import { truncated } from './truncated.ts'

export const cases: readonly Case[] = [
  ...dense,
  ...batches,
  ...truncated,
  ...factorization,
  ...recommendation,
  ...sweeps,
  ...structured,
]
