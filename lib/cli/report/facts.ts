/** Names and values at the head of a chapter. */
import { type Html, html } from './html.ts'

export function factList(facts: readonly (readonly [name: string, value: string])[]): Html {
  const items = facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)
  return html`<dl class="facts">${items}</dl>`
}
