// npm run bench:figures: writes the figures of the newest run in bench/results/ into the README, between its markers.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join('bench', 'results')
const names = readdirSync(folder).filter((name) => name.endsWith('-default.json'))
const run = JSON.parse(readFileSync(join(folder, names.sort().at(-1)), 'utf8'))

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

const [start, end] = ['<!-- figures -->', '<!-- /figures -->']
const readme = readFileSync('README.md', 'utf8')
if (!readme.includes(start) || !readme.includes(end))
  throw new Error(`README.md has no ${start} … ${end} to write between`)
writeFileSync('README.md', `${readme.split(start)[0]}${start}\n\n${table}\n\n${end}${readme.split(end)[1]}`)
