/** The look of the report. Charts take their colours from the same variables, so that both follow light and dark. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --card: #ffffff; --ink: #1d1f24; --soft: #5c6270; --line: #e3e1dc; --grid: #eceae5;
  --accent: #2457a6; --mark: #b4470f; --red: #c23a2e; --green: #2c8145; --blue: #2b62c4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161a; --card: #1c1f25; --ink: #e9e8e4; --soft: #a3a8b4; --line: #30343d; --grid: #292d35;
    --accent: #86b1f5; --mark: #f2a26b; --red: #f0867b; --green: #74c98c; --blue: #82aaf5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: clamp(1.25rem, 4vw, 3.5rem); background: var(--page); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main, header, footer { max-width: 72rem; margin-inline: auto; }
h1, h2, h3 { line-height: 1.2; letter-spacing: -0.015em; text-wrap: balance; margin: 0; }
h1 { font-size: clamp(1.75rem, 1.2rem + 2.2vw, 2.6rem); font-weight: 680; }
h2 {
  font-size: 1.55rem; font-weight: 650; margin-top: 3.5rem; padding-top: 1.5rem;
  border-top: 1px solid var(--line); overflow-wrap: anywhere;
}
h3 { font-size: 1.05rem; font-weight: 620; margin: 2.25rem 0 0.75rem; }
p { max-width: 44rem; margin: 0.75rem 0; }
.lead { color: var(--soft); font-size: 1.1rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0.25rem 2.25rem; margin: 1rem 0 0; }
.facts dt { color: var(--soft); font-size: 0.82rem; }
.facts dd { margin: 0; font-size: 1.1rem; font-weight: 560; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; min-width: 34rem; width: 100%; background: var(--card); }
caption { text-align: left; color: var(--soft); font-size: 0.9rem; padding-bottom: 0.5rem; }
th, td { padding: 0.5rem 0.9rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--soft); font-weight: 550; font-size: 0.86rem; vertical-align: bottom; }
tbody th { font-weight: 650; }
figure { margin: 0; }
figcaption { color: var(--soft); font-size: 0.9rem; margin-top: 0.5rem; line-height: 1.4; }
figcaption strong { color: var(--ink); font-weight: 620; display: block; }
.pictures {
  display: grid; gap: 1.25rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr));
}
.pictures.wide { grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); }
.pictures img { display: block; width: 100%; height: auto; border-radius: 0.4rem; border: 1px solid var(--line); }
.pictures img.small { image-rendering: pixelated; }
.charts { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1.1rem 1.2rem 1rem; }
.chart svg { display: block; width: 100%; height: auto; font-family: inherit; }
footer {
  margin-top: 4rem; padding-top: 1.25rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.88rem;
}
@media print { body { padding: 0; } .chart, figure, tr { break-inside: avoid; } }
`
