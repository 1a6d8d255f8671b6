/** A hundred thousand calls, of which many fail, must not let the process grow. */
import { expect, test } from 'vitest'
import { childOutput, sanitized } from '../support/child.ts'

/** MiB of resident memory after each tenth of the calls. */
const residentOver = async (...args: (string | number)[]): Promise<number[]> =>
  JSON.parse(await childOutput('leak', { args, flags: ['--expose-gc'] }))

// The allocator takes its time to find its size: from the second tenth on it may grow by `warm`, from the sixth by
// `settled`, which is 200 bytes a call.
const warm = 32
const settled = 8

test.skipIf(sanitized)(
  'memory reaches a plateau',
  async () => {
    const seen = await residentOver(100_000)
    expect(seen[9] - seen[1], `${seen}`).toBeLessThan(warm)
    expect(seen[9] - seen[5], `${seen}`).toBeLessThan(settled)
  },
  600_000,
)

test.skipIf(sanitized)(
  'a leak would be found',
  async () => {
    const seen = await residentOver(30_000, 'leaks')
    expect(seen[9] - seen[1], `${seen}`).toBeGreaterThan(warm)
  },
  600_000,
)
