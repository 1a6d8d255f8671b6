/** The report on a fit: facts, errors and rankings, and how it went sweep by sweep. */
import { measuresOf, modelFacts } from '../complete/print.ts'
import { densityOf, rangeText } from '../complete/source.ts'
import type { Study } from '../complete/study.ts'
import { formatCount, formatNumber, formatShape, formatShare } from '../format.ts'
import { factList } from './facts.ts'
import { objectiveChart, validationChart } from './historyCharts.ts'
import { Html, html } from './html.ts'
import { renderPage } from './page.ts'

const lead = `Of a matrix with rows of users and columns of items, say, few entries are known. It is approximated by the product of a
matrix W with k numbers a row and a matrix Z with k numbers a column, which gives an estimate for each of the others.`

const explicitNotes = `The model is μ + bᵢ + cⱼ + wᵢᵀzⱼ with mean μ and biases b, c. RMSE is the root mean square error of its predictions, MAE
their mean absolute error.`
const implicitNotes = `The model wᵢᵀzⱼ is near 1 where something was chosen and near 0 elsewhere, with the more trust the more often it was
chosen.`
const rankingNotes = `For rankings, each row is given the ten best items that it was not trained on; relevant are those held out. Precision is hits
over what hits there could be, recall hits over relevant items, NDCG the discounted gain over the best possible one, AUC the
chance that a relevant item stands before another one.`

function facts({ source, model }: Study): Html {
  const { ratings } = source
  const list: [string, string][] = [
    ['rows × columns', formatShape(ratings.rows, ratings.columns)],
    ['ratings', formatCount(ratings.count)],
    ['of all entries', formatShare(densityOf(ratings))],
    ['values', rangeText(source)],
    ...modelFacts(model),
  ]
  return factList(list)
}

function table(study: Study): Html {
  const { names, lines } = measuresOf(study)
  if (lines.length === 0) return new Html('')
  const head = ['Ratings', 'Number', ...names]
  const rows = lines.map(([{ name, count }, values]) => {
    const cells = [formatCount(count), ...values]
    return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`
  })
  return html`<h3>Results</h3><div class="scroll" role="region" aria-label="Results" tabindex="0"><table>
<caption>What was trained on is predicted, not ranked.</caption>
<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`
}

async function charts({ model: { history, iterations } }: Study): Promise<Html> {
  const objective = await objectiveChart(history)
  const first = history[0]?.objective ?? 0
  const last = history.at(-1)?.objective ?? 0
  const fell = `From ${formatNumber(first)} to ${formatNumber(last)} in ${formatCount(iterations)} sweeps`
  const known = history.filter(({ validation }) => validation !== undefined)
  const best = known.reduce(
    (least, one) => ((one.validation ?? 0) < (least?.validation ?? Infinity) ? one : least),
    known[0],
  )
  const validation =
    best === undefined
      ? new Html('')
      : html`<figure class="chart">${await validationChart(known)}<figcaption><strong>Error on validation ratings</strong>
Least after sweep ${best.iteration}: ${(best.validation ?? 0).toFixed(4)}; the model is that of this sweep.</figcaption></figure>`
  return html`<h3>Charts</h3><div class="charts">
<figure class="chart">${objective}<figcaption><strong>Objective</strong>${fell}.</figcaption></figure>
${validation}</div>`
}

/** Renders the page on one fit. */
export async function renderFit(study: Study): Promise<string> {
  const { source, model } = study
  const section = html`<section><h2>${source.path}</h2>${facts(study)}
${table(study)}
${await charts(study)}</section>`
  const notes = `${model.kind === 'explicit' ? explicitNotes : implicitNotes} ${rankingNotes}`
  return renderPage({ heading: 'Recommender', subjects: [source.path], lead, sections: [section], notes })
}
