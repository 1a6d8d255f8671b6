import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Ends the output of a run with one plain line: `12 passed, 0 failed, 3 skipped`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    let passed = 0
    let skipped = 0
    let failed = unhandledErrors.length
    for (const module of modules) {
      let failedHere = 0
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed++
        else if (state === 'skipped') skipped++
        else failedHere++ // a test still pending when its process died counts as failed
      }
      // A file that cannot be read, or whose hooks fail, counts as one failure.
      failed += failedHere === 0 && !module.ok() ? 1 : failedHere
    }
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  }
}
