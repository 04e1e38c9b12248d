/** How the page looks, in light and in dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1c2430, #e4e8ee);
  --faint: light-dark(#5a6675, #9aa6b5);
  --page: light-dark(#ffffff, #12161c);
  --card: light-dark(#f5f7fa, #1a2029);
  --line: light-dark(#dde3ea, #2c3542);
  --holds: light-dark(#0b6b45, #58d6a4);
  --fails: light-dark(#a63a1e, #ff9f7f);
  --noisy: light-dark(#6b5a11, #e3c95c);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 48px 24px 96px; max-width: 880px;
  background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: break-word;
}
h1 { font-size: 34px; line-height: 1.2; margin: 0 0 12px; letter-spacing: -0.01em; }
h2 { font-size: 24px; line-height: 1.25; margin: 72px 0 8px; }
h3 { font-size: 17px; margin: 32px 0 8px; }
p { margin: 8px 0; }
.lead { font-size: 18px; color: var(--faint); }
.section { color: var(--faint); }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
th, td { text-align: left; vertical-align: top; padding: 7px 16px 7px 0; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 500; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.facts th { width: 130px; }
.facts td { overflow-wrap: anywhere; }
code { font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
.verdict {
  display: inline-block; white-space: nowrap; font-size: 13px; font-weight: 600; line-height: 1;
  padding: 5px 9px; border-radius: 99px; border: 1px solid currentColor;
}
.holds { color: var(--holds); }
.fails { color: var(--fails); }
.noisy { color: var(--noisy); }
.missing { color: var(--faint); }
.claim { background: var(--card); border-radius: 10px; padding: 14px 18px; margin: 10px 0; }
.claim p { margin: 0; }
.claim .because { color: var(--faint); font-size: 15px; margin-top: 6px; }
.claim .verdict { float: right; margin: 0 0 6px 16px; }
figure { margin: 12px 0 4px; }
figure svg { display: block; width: 100%; height: auto; }
details { margin: 8px 0 24px; }
summary { cursor: pointer; color: var(--faint); font-size: 15px; padding: 6px 0; }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; }
@media (max-width: 560px) {
  .facts th { width: 90px; }
  body { padding: 24px 16px 64px; }
  .claim .verdict { float: none; margin: 0 0 8px; }
}
@media print { details { display: block; } h2 { break-after: avoid; } figure, .claim { break-inside: avoid; } }
`;
