/** Files that `lowrank approx` writes: factors of the largest rank, and pictures of every rank. */
import { join } from 'node:path'
import { Matrix } from '../../core/matrix.ts'
import type { Image } from '../../io/image.ts'
import { npyOutput } from '../../io/npy.ts'
import type { Output } from '../../io/write.ts'
import { matmulAsync } from '../../linalg/index.ts'
import type { Factors } from './approximate.ts'
import type { Input } from './input.ts'

/** A_r = U_r · diag(σ₁ … σ_r) · Vt_r. */
export async function reconstruct({ U, singularValues, Vt }: Factors, rank: number): Promise<Matrix> {
  const scaled = U.view(undefined, [0, rank]).copy()
  for (let i = 0, at = 0; i < scaled.rows; i++)
    for (let j = 0; j < rank; j++, at++) scaled.data[at] = (scaled.data[at] as number) * (singularValues[j] as number)
  return matmulAsync(scaled, Vt.view([0, rank]))
}

/** The picture of rank r: its channels rebuilt, its alpha as it was. */
export async function rebuildImage(image: Image, factors: readonly Factors[], rank: number): Promise<Image> {
  const channels: Matrix[] = []
  for (const part of factors) channels.push(await reconstruct(part, rank))
  return { ...image, channels }
}

function factorNames({ stem, parts }: Input): string[] {
  return parts.flatMap(({ name }) =>
    ['U', 'singularValues', 'Vt'].map((factor) => [stem, name, factor, 'npy'].filter(Boolean).join('.')),
  )
}

/** Where the picture of rank r is written. */
export function pictureName({ stem }: Input, rank: number): string {
  return `${stem}.rank${rank}.png`
}

/** The files that will be there: pictures only of the ranks that are known before the work. */
export function plannedNames(input: Input, folder: string, ranks: readonly number[]): string[] {
  const pictures = input.image === undefined ? [] : ranks.map((rank) => pictureName(input, rank))
  return [...factorNames(input), ...pictures].map((name) => join(folder, name))
}

/** The factors of the largest rank, ready to be written. */
export function factorOutputs(input: Input, folder: string, factors: readonly Factors[], rank: number): Output[] {
  const matrices = factors.flatMap(({ U, singularValues, Vt }) => [
    U.view(undefined, [0, rank]),
    new Matrix(singularValues.slice(0, rank), rank, 1),
    Vt.view([0, rank]),
  ])
  return factorNames(input).map((name, i) => npyOutput(join(folder, name), matrices[i] as Matrix, i % 3 === 1))
}
