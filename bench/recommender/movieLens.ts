/** The MovieLens ratings that LOWRANK_DATA points to. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Ratings, readRatings } from 'lowrank/als'

export async function readMovieLens(): Promise<Ratings | undefined> {
  const file = join(process.env['LOWRANK_DATA'] ?? '', 'ml-latest-small', 'ratings.csv')
  if (process.env['LOWRANK_DATA'] && existsSync(file)) return await readRatings(file)
  console.log('skipped: LOWRANK_DATA does not name a folder that holds ml-latest-small/ratings.csv')
  return undefined
}
