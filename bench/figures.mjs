// npm run bench:figures: writes the figures of the newest runs in bench/results/ into the README, between its markers.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join('bench', 'results')
function newest(suffix) {
  const names = readdirSync(folder).filter((name) => name.endsWith(suffix))
  return JSON.parse(readFileSync(join(folder, names.sort().at(-1)), 'utf8'))
}
const run = newest('-default.json')
const recommender = newest('-recommender.json')

const time = (ms) => (ms < 0.1 ? `${(ms * 1000).toPrecision(3)} µs` : `${Number(ms.toPrecision(3))} ms`)
const ratio = (m) =>
  m === undefined ? '–' : `${m.ratio.toFixed(2)} ± ${((m.interval[1] - m.interval[0]) / 2).toFixed(2)}`

const threads = [...new Set(run.measurements.map((m) => m.threads))].filter((count) => count > 1)
const cases = new Map(run.measurements.map((m) => [`${m.routine} ${m.size} ${m.peer}`, m]))
const rows = [...cases.values()].map(({ routine, size, by, peer }) => {
  const find = (dtype, count) =>
    run.measurements.find(
      (m) => m.routine === routine && m.size === size && m.peer === peer && m.dtype === dtype && m.threads === count,
    )
  const [double, float] = [find('float64', 1), find('float32', 1)]
  const shown = double ?? float
  const more = threads.map((count) => ratio(find(shown.dtype, count)))
  const cells = [routine, size, by, peer, time(shown.ours), time(shown.theirs), ratio(double), ratio(float), ...more]
  return `| ${cells.join(' | ')} |`
})
const heads = ['function', 'size', 'by', 'peer', 'ours', 'peer’s', 'ratio f64', 'ratio f32']
heads.push(...threads.map((count) => `${count} threads`))
const blas = [...new Set(run.theirs.blas)].join(', ')
const table = [
  `Measured ${run.date.slice(0, 10)} with \`npm run bench\`, one thread, on ${run.cpu},`,
  `${run.ours.library} ${run.ours.version} (${run.ours.core}), ${run.ours.simd}, Node ${run.ours.node}; numpy ${run.theirs.numpy}`,
  `(${blas}), scipy ${run.theirs.scipy},`,
  `scikit-learn ${run.theirs['scikit-learn']}. Linux x64 is the one platform that it has run on; the others are prepared.`,
  'Ratio: our time over theirs, the median of paired rounds and half its 95 % interval; below 1 we are faster. Times are',
  'those of float64 where there are any. numpy.linalg computes float32 in float64.',
  '',
  `| ${heads.join(' | ')} |`,
  `| ${heads.map((_, i) => (i < 4 ? '---' : '---:')).join(' | ')} |`,
  ...rows,
].join('\n')

/** One row a comparison: what was done, what came of it on both sides, and our time over theirs. */
function compared({ ratings = [], implicit = [], objective = [], sweep = [] }) {
  const means = (rows) => rows.filter((row) => row.split === 'mean')
  return [
    ...means(ratings).map((row) => [
      `MovieLens, k = ${row.k}, test RMSE`,
      row['our RMSE'].toFixed(4),
      'cmfrec',
      row['cmfrec RMSE'].toFixed(4),
      row.ratio,
    ]),
    ...means(implicit).map((row) => [
      'the same as implicit feedback, NDCG@10',
      row['our NDCG@10'].toFixed(4),
      'implicit',
      row['implicit NDCG@10'].toFixed(4),
      row.ratio,
    ]),
    ...objective.map((row) => [
      `${row.experiment}, ${row.dtype}, to the objective of cmfrec’s 15th sweep`,
      time(row['our ms']),
      row.peer,
      `${time(row['peer ms'])}${row['peer sweeps'].endsWith('enough') ? ', not there yet' : ''}`,
      row.ratio,
    ]),
    ...sweep
      .filter((row) => row.dtype === 'float64')
      .map((row) => [
        `${row.experiment}, a sweep`,
        time(row['our ms a sweep']),
        `cmfrec, ${row.solver}`,
        time(row['cmfrec ms a sweep']),
        row.ratio,
      ]),
  ].map((cells) => `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell)).join(' | ')} |`)
}

const fits = [
  `Fits of the recommender, ${recommender.date.slice(0, 10)}, \`npm run bench:recommender\`, one thread: λ by validation on one`,
  'grid for both sides, five splits.',
  '',
  '| fit | ours | peer | peer’s | time |',
  '| --- | ---: | --- | ---: | ---: |',
  ...compared(recommender.results),
].join('\n')

const [start, end] = ['<!-- figures -->', '<!-- /figures -->']
const readme = readFileSync('README.md', 'utf8')
if (!readme.includes(start) || !readme.includes(end))
  throw new Error(`README.md has no ${start} … ${end} to write between`)
writeFileSync('README.md', `${readme.split(start)[0]}${start}\n\n${table}\n\n${fits}\n\n${end}${readme.split(end)[1]}`)
