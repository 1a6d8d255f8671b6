/** The part of the report on one comparison: results and pictures. */
import type { Comparison } from '../approx/comparison.ts'
import { formatCount, formatShape, formatShare, formatTime } from '../format.ts'
import { factList } from './facts.ts'
import { figureOf } from './figure.ts'
import { Html, html } from './html.ts'

function facts({ input }: Comparison): Html {
  const { rows, columns, parts } = input
  const list: [string, string][] = [
    ['rows × columns', formatShape(rows, columns)],
    ...(parts.length > 1 ? [['matrices', formatCount(parts.length)] as [string, string]] : []),
    ['numbers', formatCount(rows * columns * parts.length)],
  ]
  return factList(list)
}

function table({ results }: Comparison): Html {
  const head = ['Method', 'Sizes', 'Relative error', 'Parameters', 'Of all entries', 'Time']
  const rows = results.map(({ method, setting, relativeError, parameters, fraction, elapsedMs }) => {
    const cells = [
      setting,
      formatShare(relativeError),
      formatCount(parameters),
      formatShare(fraction),
      formatTime(elapsedMs),
    ]
    return html`<tr><th scope="row">${method}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`
  })
  return html`<div class="scroll" role="region" aria-label="Results" tabindex="0"><table>
<caption>Each method takes the sizes that come nearest to the numbers of a matrix of the rank asked for.</caption>
<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function pictures({ input, pictures, ranks }: Comparison): Html {
  const shown = pictures.flatMap(({ result, preview }) => {
    if (preview === undefined) return []
    if (result === undefined)
      return [
        figureOf(preview, { title: 'Original', text: 'all of the numbers', alt: `The original picture ${input.path}` }),
      ]
    const title = ranks.length > 1 ? `${result.method}, rank ${result.rank}` : result.method
    const text = `error ${formatShare(result.relativeError)}, ${formatShare(result.fraction)} of the numbers`
    return [figureOf(preview, { title, text, alt: `The picture rebuilt by ${result.method}: ${text}` })]
  })
  if (shown.length === 0) return new Html('')
  return html`<h3>Side by side</h3><div class="pictures${input.columns > 1.3 * input.rows ? ' wide' : ''}">${shown}</div>`
}

/** Renders the section on one comparison. */
export function renderComparison(comparison: Comparison, title: string, text?: string): Html {
  return html`<section><h2>${title}</h2>${text === undefined ? '' : html`<p>${text}</p>`}${facts(comparison)}
${pictures(comparison)}
<h3>Results</h3>${table(comparison)}</section>`
}
