// One failure is what is wanted of a file: the rest of its tests need not run.
import { afterEach, beforeEach } from 'vitest'

let failed = false
beforeEach(({ skip }) => {
  if (failed) skip()
})
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail'
})
