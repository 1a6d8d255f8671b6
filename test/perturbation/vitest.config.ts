import { mergeConfig } from 'vitest/config'
import usual from '../../.config/vitest.config.ts'

export default mergeConfig(usual, { test: { setupFiles: ['test/perturbation/stopAtFirst.ts'] } })
