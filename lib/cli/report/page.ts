/** The report: one HTML file with everything in it, readable without scripts. */
import { backendInfo } from '../../core/threads.ts'
import { packageVersion } from '../version.ts'
import { type Chapter, renderChapter } from './chapter.ts'
import { Html, html } from './html.ts'
import { style } from './style.ts'

function colophon(): string {
  const { library, version, core, threads, platform } = backendInfo()
  const made = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const count = threads === 1 ? '1 thread' : `${threads} threads`
  return `lowrank ${packageVersion()} · ${library} ${version} (${core}) · ${count} · ${platform} · ${made} UTC`
}

/** What a page is made of. */
interface Page {
  readonly heading: string
  /** What the page is about, beside the heading in the window's title. */
  readonly subjects: readonly string[]
  readonly lead: string
  readonly sections: readonly Html[]
  /** How the numbers are defined. */
  readonly notes: string
}

/** Renders a page. */
export function renderPage({ heading, subjects, lead, sections, notes }: Page): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading}: ${subjects.join(', ')}</title>
<style>${new Html(style)}</style></head>
<body><header><h1>${heading}</h1>
<p class="lead">${lead}</p></header>
<main>${sections}</main>
<footer><p>${notes}</p>
<p>${colophon()}</p></footer></body></html>
`.text
}

const lead = `An m × n matrix is replaced by the product of an m × r and an r × n matrix, which hold r(m + n) numbers
instead of mn. Of all matrices of rank r, the truncated singular value decomposition comes closest.`

const notes = `The relative error is ‖A − Aᵣ‖ / ‖A‖ in the Frobenius norm; the stable rank is ‖A‖² / σ₁² with the largest singular
value σ₁. Colour channels are matrices by themselves: the error of a picture is that of its channels together, its stable
rank their mean.`

/** Renders chapters on approximations as one page. */
export async function renderReport(chapters: readonly Chapter[], heading = 'Low-rank approximation'): Promise<string> {
  const sections: Html[] = []
  for (const chapter of chapters) sections.push(await renderChapter(chapter))
  return renderPage({ heading, subjects: chapters.map(({ title }) => title), lead, sections, notes })
}
