// Stands in for the addon (LOWRANK_ADDON_PATH): notes which kernels a test file calls, and shifts what one of them writes.
const { appendFileSync } = require('node:fs')

const { LOWRANK_REAL_ADDON, LOWRANK_PERTURB, LOWRANK_CALLS } = process.env
const addon = require(LOWRANK_REAL_ADDON)
const seen = new Set()

function note(kernel) {
  if (LOWRANK_CALLS === undefined || seen.has(kernel)) return
  seen.add(kernel)
  appendFileSync(LOWRANK_CALLS, `${JSON.stringify([kernel, globalThis.__vitest_worker__?.filepath])}\n`)
}

const isFloats = (value) => value instanceof Float64Array || value instanceof Float32Array

const deltaOf = (array) => 1e5 * (array instanceof Float32Array ? 2 ** -23 : 2 ** -52)

/** Shifts every number that the call changed by 10⁵ ε of itself, up and down in turn: a multiple of what tests allow. */
function shift(array, before) {
  const delta = deltaOf(array)
  for (let i = 0; i < array.length; i++)
    if (!Object.is(array[i], before[i])) array[i] *= 1 + (i % 2 === 0 ? delta : -delta)
}

function perturbed(call) {
  return (...values) => {
    const arrays = values.filter(isFloats)
    const before = arrays.map((array) => (array.length === 0 ? array : array.slice())) // detached ones have none
    const finish = (result) => {
      for (const [i, array] of arrays.entries()) shift(array, before[i])
      return typeof result === 'number' ? result * (1 + deltaOf(arrays[0])) : result
    }
    const result = call(...values)
    return result instanceof Promise ? result.then(finish) : finish(result)
  }
}

for (const [name, call] of Object.entries(addon)) {
  const kernel = name.replace(/Async$/, '')
  if (typeof call !== 'function' || !(`${kernel}Async` in addon)) {
    exports[name] = call
    continue
  }
  const changed = kernel === LOWRANK_PERTURB ? perturbed(call) : call
  exports[name] = (...values) => {
    note(kernel)
    return changed(...values)
  }
}
