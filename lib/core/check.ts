import { distance } from 'fastest-levenshtein'
import { ArgumentError, sentence } from './errors.ts'

/** How a refused value reads in an error: short, with its type. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return value.length > 40 ? `a string of ${value.length} characters` : `'${value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  if (ArrayBuffer.isView(value) && 'length' in value) return `${name}(${value.length})`
  return typeof name === 'string' && name !== 'Object' ? `a ${name}` : 'an object'
}

/** The known name nearest to a misspelled one, where one is near enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.floor(name.length / 2)) + 1
  for (const candidate of known) {
    const d = distance(name.toLowerCase(), candidate.toLowerCase())
    if (d < least) {
      least = d
      best = candidate
    }
  }
  return best
}

/**
 * Reads an options object once: refuses what is not an object and unknown keys, and drops keys that are undefined, so
 * that defaults in a destructuring apply.
 */
export function checkOptions<O extends object>(
  routine: string,
  options: O | undefined,
  known: readonly (keyof O & string)[],
): O {
  if (options === undefined) return {} as O
  if (options === null || typeof options !== 'object' || Array.isArray(options) || ArrayBuffer.isView(options))
    throw new ArgumentError(
      sentence(routine, 'an options object', describe(options), `its options are ${known.join(', ')}`),
    )
  for (const key in options)
    if (!(known as readonly string[]).includes(key)) {
      const meant = nearest(key, known)
      const remedy = meant === undefined ? 'leave it out' : `did you mean '${meant}'?`
      throw new ArgumentError(
        sentence(routine, known.length > 0 ? `options among ${known.join(', ')}` : 'no options', `'${key}'`, remedy),
      )
    }
  return options
}

export function oneOf<const V extends string | number | boolean>(
  routine: string,
  name: string,
  value: unknown,
  allowed: readonly V[],
): V {
  if ((allowed as readonly unknown[]).includes(value)) return value as V
  const list = allowed.map((v) => (typeof v === 'string' ? `'${v}'` : String(v))).join(', ')
  const meant =
    typeof value === 'string'
      ? nearest(
          value,
          allowed.filter((v) => typeof v === 'string'),
        )
      : undefined
  throw new ArgumentError(
    sentence(routine, `${name} to be one of ${list}`, describe(value), meant && `did you mean '${meant}'?`),
  )
}

export function integer(
  routine: string,
  name: string,
  value: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
  throw new ArgumentError(sentence(routine, `${name} to be an integer ${range}`, describe(value)))
}

/** A finite number in [least, most], or in (least, …] where `exclusive`. */
export function finite(
  routine: string,
  name: string,
  value: unknown,
  { least = -Infinity, most = Infinity, exclusive = false } = {},
): number {
  const number = value as number
  if (Number.isFinite(value) && (exclusive ? number > least : number >= least) && number <= most) return number
  const low = least === -Infinity ? '' : exclusive ? ` greater than ${least}` : ` of at least ${least}`
  const high = most === Infinity ? '' : `${low ? ' and' : ''} at most ${most}`
  throw new ArgumentError(sentence(routine, `${name} to be a finite number${low}${high}`, describe(value)))
}

export function boolean(routine: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new ArgumentError(sentence(routine, `${name} to be true or false`, describe(value)))
}

/** LAPACK addresses entries by 32-bit integers: refuses what has more, before memory is asked for. */
export function checkSize(routine: string, name: string, rows: number, columns: number): void {
  if (rows * columns < 2 ** 31) return
  throw new ArgumentError(
    sentence(routine, `${name} with fewer than 2³¹ entries, which is what LAPACK can address`, `${rows}×${columns}`),
  )
}
