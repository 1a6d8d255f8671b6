/**
 * The addon called past TypeScript: extents are checked again in C++, so that no call reads or writes out of bounds.
 */
import { expect, test } from 'vitest'
import { addonPath } from '../../lib/core/run.ts'
import { childOutput } from '../support/child.ts'

test.each([1, 2, 3])(
  'thousands of senseless calls compute or throw, seed %d',
  async (seed) => {
    const output = await childOutput('rawKernels', { args: [addonPath, seed, 3000] })
    expect(output).toBe('some computed, some were refused')
  },
  120_000,
)
