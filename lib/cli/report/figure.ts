/** A picture in the page. */
import { type Html, html } from './html.ts'

/** The address of a picture that is in the page itself. */
function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}

/** A picture with its words. */
export function figureOf(png: Uint8Array, words: { title: string; text: string; alt: string; small?: boolean }): Html {
  const { title, text, alt, small = false } = words
  return html`<figure><img${small ? html` class="small"` : ''} src="${dataUri(png)}" alt="${alt}">
<figcaption><strong>${title}</strong>${text}</figcaption></figure>`
}
