/** How a fit went, sweep by sweep. */
import { decades, draw, plainOrPower, thin } from './charts.ts'
import type { Html } from './html.ts'

/** What is drawn of a sweep. */
interface Sweep {
  readonly iteration: number
  readonly objective: number
  readonly validation?: number | undefined
}

function curve(points: readonly Sweep[], field: string, y: object): Promise<Html> {
  return draw({
    data: { values: points },
    mark: {
      type: 'line',
      color: 'var(--accent)',
      strokeWidth: 1.75,
      point: points.length <= 60 ? { size: 26, color: 'var(--accent)' } : false,
    },
    encoding: {
      x: {
        field: 'iteration',
        type: 'quantitative',
        scale: { domain: [1, Math.max(2, points.at(-1)?.iteration ?? 1)], nice: false },
        axis: { tickMinStep: 1, tickCount: 8, format: ',d', title: 'sweep' },
      },
      y: { field, type: 'quantitative', ...y },
    },
  })
}

/** The objective after each sweep, on a logarithmic scale where it falls to less than a tenth. */
export function objectiveChart(history: readonly Sweep[]): Promise<Html> {
  const points = thin(history.length).map((i) => history[i] as Sweep)
  const values = points.map(({ objective }) => objective)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  if (!(low > 0 && high > 10 * low))
    return curve(points, 'objective', { scale: { zero: false }, axis: { title: 'objective', tickCount: 6 } })
  const ticks = decades(values)
  return curve(points, 'objective', {
    scale: { type: 'log', nice: false, domain: [ticks[0], ticks.at(-1)] },
    axis: { labelExpr: plainOrPower, title: 'objective', values: ticks },
  })
}

/** The error on validation ratings after each sweep, where there is one. */
export function validationChart(history: readonly Sweep[]): Promise<Html> {
  const known = history.filter(({ validation }) => validation !== undefined)
  const points = thin(known.length).map((i) => known[i] as Sweep)
  return curve(points, 'validation', {
    scale: { zero: false },
    axis: { title: 'RMSE on validation ratings', tickCount: 6 },
  })
}
