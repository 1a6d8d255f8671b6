/** The part of the report on one study: facts, results, pictures, charts. */
import type { Comparison } from '../approx/comparison.ts'
import type { Picture, Study } from '../approx/study.ts'
import { formatCount, formatNumber, formatShape, formatShare, formatTime } from '../format.ts'
import { errorChart, spectrumChart } from './charts.ts'
import { renderComparison } from './comparison.ts'
import { factList } from './facts.ts'
import { figureOf } from './figure.ts'
import { Html, html } from './html.ts'

/** A picture with words, besides those of a study. */
export interface Exhibit {
  readonly title: string
  readonly caption: string
  readonly png: Uint8Array
}

/** A study, a comparison or a few facts, and what a page says about it. */
export type Chapter = {
  readonly title: string
  readonly text?: string
  /** Pictures of few pixels, shown as such. */
  readonly exhibits?: readonly Exhibit[]
} & (
  | { readonly comparison: Comparison }
  | { readonly study: Study }
  | { readonly facts: readonly (readonly [name: string, value: string])[] }
)

// More than four curves or columns cannot be told apart.
const mostParts = 4

function facts({ input, stableRank, method, decompositionMs, factors }: Study): Html {
  const { rows, columns, parts, image } = input
  const most = Math.min(rows, columns)
  const computed = factors[0]?.singularValues.length ?? 0
  const names = parts.length > mostParts ? formatCount(parts.length) : parts.map(({ name }) => name).join(', ')
  const list: [string, string][] = [
    ['rows × columns', formatShape(rows, columns)],
    ...(parts.length > 1 ? [[image ? 'channels' : 'matrices', names] as [string, string]] : []),
    ['stable rank', formatNumber(stableRank)],
    ['singular values', `${computed === most ? 'all' : formatCount(computed)} of ${formatCount(most)}`],
    ['method', method !== 'auto' ? method : computed === most ? 'full SVD' : 'truncated SVD'],
    ['decomposed in', formatTime(decompositionMs)],
  ]
  return factList(list)
}

function table({ results, input: { parts, image } }: Study): Html {
  const perPart = parts.length > 1 && parts.length <= mostParts
  const head = [
    'Rank',
    'Relative error',
    ...(perPart ? parts.map(({ name }) => `Error, ${name}`) : []),
    'Stable rank',
    'Parameters',
    'Of all entries',
    'Time',
  ]
  const rows = results.map((result) => {
    const cells = [
      formatShare(result.relativeError),
      ...(perPart ? result.parts.map((part) => formatShare(part.relativeError)) : []),
      formatNumber(result.stableRank),
      formatCount(result.parameters),
      formatShare(result.fraction),
      formatTime(result.elapsedMs),
    ]
    return html`<tr><th scope="row">${formatCount(result.rank)}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`
  })
  return html`<div class="scroll" role="region" aria-label="Results" tabindex="0"><table>
<caption>One decomposition serves all ranks${image ? '; time is its time and that of rebuilding the picture' : ''}.</caption>
<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function captionOf({ results }: Study, rank: number): [title: string, text: string] {
  const result = results.find((one) => one.rank === rank)
  if (result === undefined) return ['Original', 'all of the numbers']
  const { relativeError, fraction } = result
  return [`Rank ${formatCount(rank)}`, `error ${formatShare(relativeError)}, ${formatShare(fraction)} of the numbers`]
}

function pictures(study: Study): Html {
  const { path, rows, columns } = study.input
  const shown = study.pictures.filter((one): one is Picture & { preview: Uint8Array } => one.preview !== undefined)
  if (shown.length === 0) return new Html('')
  const figures = shown.map(({ rank, preview }) => {
    const [title, text] = captionOf(study, rank)
    const alt = rank === 0 ? `The original picture ${path}` : `The picture rebuilt from rank ${rank}: ${text}`
    return figureOf(preview, { title, text, alt })
  })
  return html`<h3>Side by side</h3><div class="pictures${columns > 1.3 * rows ? ' wide' : ''}">${figures}</div>`
}

function exhibits(list: readonly Exhibit[]): Html {
  if (list.length === 0) return new Html('')
  const figures = list.map(({ title, caption, png }) =>
    figureOf(png, { title, text: caption, alt: `${title}: ${caption}`, small: true }),
  )
  return html`<h3>Side by side</h3><div class="pictures wide">${figures}</div>`
}

async function charts({ factors, errors, results }: Study): Promise<Html> {
  const ranks = results.map(({ rank }) => rank)
  const shown = factors.length <= mostParts ? factors : factors.slice(0, 1)
  const series = shown.map(({ name, singularValues }) => ({ name, values: singularValues }))
  const spectrum = await spectrumChart(series, ranks)
  const error = await errorChart(errors, ranks)
  const first = series[0]?.values ?? []
  const ends = `From ${formatNumber(first[0] ?? 0)} to ${formatNumber(first[first.length - 1] ?? 0)} at index ${formatCount(first.length)}`
  const which =
    shown.length < factors.length ? ' for the first matrix' : shown.length > 1 ? ` in ${series[0]?.name}` : ''
  const points = results.map(({ rank, relativeError }) => `${formatShare(relativeError)} at rank ${rank}`).join(', ')
  return html`<h3>Charts</h3><div class="charts">
<figure class="chart">${spectrum}<figcaption><strong>Singular values, on a logarithmic scale</strong>
${ends}${which}. Dashed lines stand at the ranks of the table.</figcaption></figure>
<figure class="chart">${error}<figcaption><strong>Error against rank</strong>${points}.</figcaption></figure></div>`
}

/** Renders one chapter. */
export async function renderChapter(chapter: Chapter): Promise<Html> {
  const { title, text, exhibits: shown = [] } = chapter
  if ('comparison' in chapter) return renderComparison(chapter.comparison, title, text)
  const opening = html`<h2>${title}</h2>${text === undefined ? '' : html`<p>${text}</p>`}`
  if ('facts' in chapter) return html`<section>${opening}${factList(chapter.facts)}${exhibits(shown)}</section>`
  const { study } = chapter
  return html`<section>${opening}${facts(study)}
${pictures(study)}${exhibits(shown)}
<h3>Results</h3>${table(study)}
${await charts(study)}</section>`
}
