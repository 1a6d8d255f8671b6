/** Native data of one kind where a kernel takes another: refused by its tag, never read as what it is not. */
import { expect, test } from 'vitest'
import { addonPath } from '../../lib/core/run.ts'
import { childOutput } from '../support/child.ts'

test('every kind of handle in every place of every kernel that takes something else', async () => {
  const output = await childOutput('foreignHandles', { args: [addonPath] })
  const kinds = ['als', 'dense', 'items', 'sparse'].flatMap((kind) => [`${kind} Float32`, `${kind} Float64`])
  expect(output).toBe(`${[...kinds, 'krylov'].sort().join(', ')}: all refused`)
}, 120_000)
