/** Charts as SVG text, drawn by Vega-Lite without a browser. Colours are CSS variables of the page. */
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { dtypeOf, epsilonOf, type FloatArray } from '../../core/dtype.ts'
import { Html } from './html.ts'

/** A curve over 1, 2, … */
interface Series {
  readonly name: string
  readonly values: FloatArray
}

// The whole picture, axes included: both charts of a row get the same height.
const size = { width: 480, height: 310, autosize: { type: 'fit', contains: 'padding' } }

const config = {
  background: 'transparent',
  font: 'inherit',
  padding: 2,
  view: { stroke: null },
  // The figure around a chart has its text for screen readers; a label on each of a thousand points helps nobody.
  aria: false,
  axis: {
    labelColor: 'var(--soft)',
    titleColor: 'var(--soft)',
    gridColor: 'var(--grid)',
    domainColor: 'var(--line)',
    tickColor: 'var(--line)',
    labelFontSize: 13,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelPadding: 5,
  },
  axisX: { grid: false },
  legend: {
    labelColor: 'var(--ink)',
    labelFontSize: 13,
    title: null,
    orient: 'top-right',
    symbolStrokeWidth: 2.5,
    symbolType: 'stroke',
    symbolSize: 250,
  },
}

/** Draws what a specification of Vega-Lite says, in the look of the page. */
export async function draw(spec: object): Promise<Html> {
  const full = { ...size, config, ...spec } as unknown as TopLevelSpec
  const view = new View(parse(compile(full).spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return new Html(svg.replace('<svg ', '<svg aria-hidden="true" focusable="false" '))
}

const colours: Record<string, string> = { red: 'var(--red)', green: 'var(--green)', blue: 'var(--blue)' }
const dashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
]

/** Curves that lie over each other stay apart by dashes as well as by colour. */
function seriesEncoding(series: readonly Series[]): object {
  if (series.length === 1) return { color: { value: 'var(--accent)' } }
  const domain = series.map(({ name }) => name)
  const range = domain.map((name) => colours[name] ?? 'var(--accent)')
  return {
    color: { field: 'series', type: 'nominal', scale: { domain, range } },
    strokeDash: { field: 'series', type: 'nominal', scale: { domain, range: dashes.slice(0, domain.length) } },
  }
}

/** 100,000 and 0.001, but 1e-7. */
export const plainOrPower =
  "datum.value >= 1e-4 && datum.value <= 1e6 ? format(datum.value, ',~r') : format(datum.value, '~e')"

const rankAxis = { tickMinStep: 1, tickCount: 8, format: ',d', title: 'rank' }

/**
 * At most about `most` of the indices 0 … length − 1, with the first hundred: a curve needs no more points than pixels.
 */
export function thin(length: number, most = 600): number[] {
  const indices = Array.from({ length }, (_, i) => i)
  const step = Math.ceil(length / most)
  return indices.filter((i) => i < 100 || i % step === 0 || i === length - 1)
}

/** Powers of ten around all values, at most eight of them; with 2 and 5 between where there are few. */
export function decades(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))
  const step = Math.ceil((high - low) / 7)
  const between = high - low <= 2 ? [1, 2, 5] : [1]
  const powers = Array.from({ length: Math.ceil((high - low) / step) }, (_, i) => 10 ** (low + i * step))
  return [...powers.flatMap((power) => between.map((factor) => factor * power)), 10 ** high]
}

/** Singular values on a logarithmic scale, with a rule at each rank of the table. */
export function spectrumChart(series: readonly Series[], ranks: readonly number[]): Promise<Html> {
  const values = series.flatMap(({ name, values: sigma }) => {
    // Zeros have no logarithm, and what is below rounding level is noise that would stretch the axis.
    const floor = (sigma[0] ?? 0) * epsilonOf(dtypeOf(sigma))
    return thin(sigma.length)
      .filter((i) => (sigma[i] as number) > floor)
      .map((i) => ({ index: i + 1, sigma: sigma[i] as number, series: name }))
  })
  const ticks = decades(values.length > 0 ? values.map(({ sigma }) => sigma) : [1])
  const longest = Math.max(...series.map((one) => one.values.length))
  const x = {
    field: 'index',
    type: 'quantitative',
    scale: { domain: [0, longest], nice: false },
    axis: { ...rankAxis, title: 'index of the singular value' },
  }
  const y = {
    field: 'sigma',
    type: 'quantitative',
    scale: { type: 'log', nice: false, domain: [ticks[0], ticks.at(-1)] },
    axis: { labelExpr: plainOrPower, title: 'singular value', values: ticks },
  }
  return draw({
    layer: [
      {
        data: { values: ranks.map((index) => ({ index })) },
        mark: { type: 'rule', color: 'var(--mark)', strokeDash: [3, 3], opacity: 0.8 },
        encoding: { x },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 1.75, point: longest <= 40 ? { size: 22 } : false },
        encoding: { x, y, ...seriesEncoding(series) },
      },
    ],
  })
}

/** The relative error of every rank from 1 on, with the ranks of the table marked. */
export function errorChart(errors: readonly number[], ranks: readonly number[]): Promise<Html> {
  // Far beyond the ranks that were asked for, the curve says little and squeezes the rest.
  const last = Math.min(errors.length - 1, Math.max(8, Math.ceil((ranks.at(-1) ?? 0) * 1.6)))
  const curve = thin(last + 1)
    .slice(1)
    .map((rank) => ({ rank, error: errors[rank] }))
  const marked = ranks.map((rank) => {
    const error = errors[rank] as number
    return { rank, error, label: `${(error * 100).toPrecision(3)} %` }
  })
  const x = { field: 'rank', type: 'quantitative', scale: { domain: [0, last], nice: false }, axis: rankAxis }
  const y = {
    field: 'error',
    type: 'quantitative',
    scale: { zero: true },
    axis: { format: '~%', title: 'relative error', tickCount: 6 },
  }
  const text = { field: 'label', type: 'nominal' }
  return draw({
    layer: [
      {
        data: { values: curve },
        mark: { type: 'line', color: 'var(--accent)', strokeWidth: 1.75 },
        encoding: { x, y },
      },
      {
        data: { values: marked },
        mark: { type: 'point', filled: true, size: 70, color: 'var(--mark)', opacity: 1 },
        encoding: { x, y },
      },
      {
        data: { values: marked },
        mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 6, dy: -5, fontSize: 13, color: 'var(--ink)' },
        encoding: { x, y, text },
      },
    ],
  })
}
