import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import { integer, oneOf } from './check.ts'
import type { FloatArray } from './dtype.ts'

/** Options of random matrices. */
export interface RandomOptions {
  /** Standard normal, or uniform on [0, 1). @default 'normal' */
  readonly distribution?: 'normal' | 'uniform' | undefined
  /** A 32-bit integer; the same seed gives the same numbers on every platform. @default 0 */
  readonly seed?: number | undefined
}

/**
 * The generator's state by SplitMix: from states as near as two seeds are, it would give nearly the same numbers for
 * long.
 */
function stateOf(seed: number): number[] {
  let counter = seed | 0
  return Array.from({ length: 4 }, () => {
    counter = (counter + 0x9e3779b9) | 0
    let word = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad)
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
    return word ^ (word >>> 15)
  })
}

/** Uniform numbers on [0, 1) with 53 random bits, from a seed. */
export function uniforms(seed: number): () => number {
  const generator = xoroshiro128plusFromState(stateOf(seed))
  return () => {
    const high = generator.next() >>> 5
    const low = generator.next() >>> 6
    return (high * 2 ** 26 + low) * 2 ** -53
  }
}

/**
 * Standard normal numbers by Marsaglia's polar method: only log and square root, which V8 computes alike everywhere.
 */
export function normals(seed: number): () => number {
  const uniform = uniforms(seed)
  let spare: number | undefined
  return () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    for (;;) {
      const x = 2 * uniform() - 1
      const y = 2 * uniform() - 1
      const s = x * x + y * y
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s)
        spare = y * factor
        return x * factor
      }
    }
  }
}

export function checkSeed(routine: string, seed: unknown): number {
  return integer(routine, 'seed', seed, -(2 ** 31), 2 ** 32 - 1)
}

/** Fills an array with seeded random numbers. */
export function fillRandom(
  routine: string,
  into: FloatArray,
  { distribution = 'normal', seed = 0 }: RandomOptions,
): void {
  oneOf(routine, 'distribution', distribution, ['normal', 'uniform'])
  const next = (distribution === 'normal' ? normals : uniforms)(checkSeed(routine, seed))
  for (let i = 0; i < into.length; i++) into[i] = next()
}
