/** The least value of a polynomial of degree four, which is what a bilinear least-squares problem is along a line. */

/** c₀ + c₁t + c₂t² + … */
export function valueAt(polynomial: ArrayLike<number>, t: number): number {
  let value = 0
  for (let power = polynomial.length - 1; power >= 0; power--) value = value * t + (polynomial[power] as number)
  return value
}

/**
 * Where a polynomial of degree four with a positive leading coefficient is least: at a root of its derivative, a cubic.
 */
export function minimizer(quartic: ArrayLike<number>): number {
  const [, c1 = 0, c2 = 0, c3 = 0, c4 = 0] = Array.from(quartic)
  const derivative = [c1, 2 * c2, 3 * c3, 4 * c4]
  let best = 0
  for (const root of realRoots(derivative)) if (valueAt(quartic, root) < valueAt(quartic, best)) best = root
  return best
}

/** The real roots of d₀ + d₁t + d₂t² + d₃t³, each improved by Newton's method. */
function realRoots([d0 = 0, d1 = 0, d2 = 0, d3 = 0]: readonly number[]): number[] {
  const size = Math.max(Math.abs(d0), Math.abs(d1), Math.abs(d2))
  if (Math.abs(d3) <= 1e-14 * size) return quadraticRoots(d0, d1, d2)
  const shift = d2 / (3 * d3)
  const p = d1 / d3 - 3 * shift ** 2
  const q = 2 * shift ** 3 - (shift * d1) / d3 + d0 / d3
  const discriminant = (q / 2) ** 2 + (p / 3) ** 3
  let roots: number[]
  if (discriminant > 0) {
    const u = Math.cbrt(-q / 2 - Math.sign(q || 1) * Math.sqrt(discriminant))
    roots = [u === 0 ? 0 : u - p / (3 * u)]
  } else {
    const radius = 2 * Math.sqrt(-p / 3)
    const angle = radius === 0 ? 0 : Math.acos(Math.max(-1, Math.min(1, (3 * q) / (p * radius)))) / 3
    roots = [0, 1, 2].map((k) => radius * Math.cos(angle - (2 * Math.PI * k) / 3))
  }
  return roots.map((root) => polish([d0, d1, d2, d3], root - shift))
}

function quadraticRoots(d0: number, d1: number, d2: number): number[] {
  if (d2 === 0) return d1 === 0 ? [] : [-d0 / d1]
  const discriminant = d1 ** 2 - 4 * d2 * d0
  if (discriminant < 0) return []
  const s = -(d1 + Math.sign(d1 || 1) * Math.sqrt(discriminant)) / 2
  return s === 0 ? [0] : [s / d2, d0 / s]
}

function polish(cubic: readonly number[], start: number): number {
  const [, d1 = 0, d2 = 0, d3 = 0] = cubic
  let t = start
  for (let k = 0; k < 3; k++) {
    const slope = d1 + t * (2 * d2 + 3 * d3 * t)
    const next = t - valueAt(cubic, t) / slope
    if (!Number.isFinite(next) || Math.abs(valueAt(cubic, next)) >= Math.abs(valueAt(cubic, t))) break
    t = next
  }
  return t
}
