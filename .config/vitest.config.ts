import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Each file in a process of its own: a crash of the addon takes one file down, and threads of one do not meet another's.
    pool: 'forks',
    testTimeout: 30_000,
    reporters: ['default', './test/summaryReporter.ts'],
  },
})
