import { expect } from 'vitest'
import type { FormatError } from '../../lib/index.ts'

/** What a promise that must fail fails with. */
export async function failure(promise: Promise<unknown>): Promise<FormatError> {
  return promise.then(
    () => expect.fail('accepted'),
    (error: unknown) => error as FormatError,
  )
}
