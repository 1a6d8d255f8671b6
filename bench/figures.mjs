// npm run bench:figures: writes the figures of the newest run in bench/results/ into the README, between its markers.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join('bench', 'results')
const names = readdirSync(folder).filter((name) => name.endsWith('-default.json'))
const run = JSON.parse(readFileSync(join(folder, names.sort().at(-1)), 'utf8'))

const time = (ms) => (ms < 0.1 ? `${(ms * 1000).toPrecision(3)} µs` : `${Number(ms.toPrecision(3))} ms`)
const find = (routine, size, dtype, threads) =>
  run.measurements.find((m) => m.routine === routine && m.size === size && m.dtype === dtype && m.threads === threads)
const ratio = (m) =>
  m === undefined ? '–' : `${m.ratio.toFixed(2)} ± ${((m.interval[1] - m.interval[0]) / 2).toFixed(2)}`

const cases = new Map(run.measurements.map((m) => [`${m.routine} ${m.size} ${m.peer}`, m]))
const rows = [...cases.values()].map(({ routine, size, by, peer }) => {
  const [double, float, two] = [
    find(routine, size, 'float64', 1),
    find(routine, size, 'float32', 1),
    find(routine, size, 'float64', 2),
  ]
  const ours = double === undefined ? '–' : time(double.ours)
  const theirs = double === undefined ? '–' : time(double.theirs)
  return `| ${routine} | ${size} | ${by} | ${ours} | ${theirs} | ${ratio(double)} | ${ratio(float)} | ${ratio(two)} |${peer === 'numpy' ? '' : ` ${peer}`}`
})
const table = [
  `Measured ${run.date.slice(0, 10)} with \`npm run bench\` on ${run.cpu}, ${run.ours.library} ${run.ours.version} (${run.ours.core}), Node ${run.ours.node};`,
  `numpy ${run.theirs.numpy} (${run.theirs.blas.join(', ')}), scipy ${run.theirs.scipy}, scikit-learn ${run.theirs['scikit-learn']}. Ratio: our time over theirs, the median of paired rounds and half its`,
  '95 % interval; below 1 we are faster. numpy.linalg computes float32 in float64.',
  '',
  '| function | size | by | ours, f64 | peer, f64 | ratio f64 | ratio f32 | ratio f64, 2 threads |',
  '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |',
  ...rows,
].join('\n')

const [start, end] = ['<!-- figures -->', '<!-- /figures -->']
const readme = readFileSync('README.md', 'utf8')
if (!readme.includes(start) || !readme.includes(end))
  throw new Error(`README.md has no ${start} … ${end} to write between`)
writeFileSync('README.md', `${readme.split(start)[0]}${start}\n\n${table}\n\n${end}${readme.split(end)[1]}`)
