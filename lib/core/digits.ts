/**
 * One number in decimal, as numpy writes it in an array: the shortest digits that tell it from its neighbours, no more
 * than a limit.
 */
import type { DType } from './dtype.ts'

/** x = ±0.d₁d₂… · 10^point, for the shortest digits that read back as x in its dtype. */
interface Digits {
  readonly digits: string
  readonly point: number
}

function parse(exponential: string): Digits {
  const [mantissa = '', exponent] = exponential.split('e')
  return { digits: mantissa.replace('.', '').replace(/(?!^)0+$/, ''), point: Number(exponent) + 1 }
}

// JavaScript knows the shortest digits of a double only.
function shortest(size: number, dtype: DType): Digits {
  if (dtype === 'float64') return parse(size.toExponential())
  for (let digits = 0; ; digits++) {
    const text = rounded(size, digits, true)
    if (Math.fround(Number(text)) === size) return parse(text)
  }
}

const signOf = (x: number) => (x < 0 || Object.is(x, -0) ? '-' : '')

/** The exact value to `digits` after the point, halves to even (JavaScript rounds them up). */
function rounded(size: number, digits: number, scientific: boolean): string {
  const write = (count: number) => (scientific ? size.toExponential(count) : size.toFixed(count)).split('e')
  const [mantissa = '', exponent] = write(digits)
  const [long = '', longExponent] = write(digits + 60) // no double is as near to a half without being one
  const cut = long.indexOf('.') + 1 + digits
  const toEven = exponent === longExponent && /^50*$/.test(long.slice(cut)) && /[02468]\.?$/.test(long.slice(0, cut))
  const text = toEven ? long.slice(0, cut) : mantissa
  return `${text.includes('.') ? text : `${text}.`}${exponent === undefined ? '' : `e${exponent}`}`
}

const withoutZeros = (text: string) => text.replace(text.includes('e') ? /0+(?=e)/ : /0+$/, '')

/** Fixed: `digits.fraction`, at most `precision` in the fraction and no zeros at its end. */
export function fixed(x: number, dtype: DType, precision: number): string {
  const size = Math.abs(x)
  const { digits, point } = shortest(size, dtype)
  if (digits.length - point > precision) return signOf(x) + withoutZeros(rounded(size, precision, false))
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  return `${signOf(x)}${whole}.${size === 0 ? '' : digits.slice(Math.max(0, point)).padStart(digits.length - point, '0')}`
}

/** Scientific: `d.fractione±exponent`, likewise. */
export function scientific(x: number, dtype: DType, precision: number): string {
  const size = Math.abs(x)
  const { digits } = shortest(size, dtype)
  const text = rounded(size, Math.min(precision, digits.length - 1), true)
  return signOf(x) + withoutZeros(text)
}

/** Scientific with exactly `precision` digits in the fraction, those of the exact value. */
export function scientificExact(x: number, precision: number): string {
  return signOf(x) + rounded(Math.abs(x), precision, true)
}
