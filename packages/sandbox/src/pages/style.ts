import { createHash } from "node:crypto";

/** The style of all pages: system fonts, both colour schemes, nothing from elsewhere. */
export const STYLE: string = `
:root {
  color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif;
  --ground: #f3f5f7; --surface: #fff; --tint: #eef3f9; --ink: #1b1f24; --quiet: #525c67; --line: #d0d7de; --edge: #6e7781;
  --accent: #0b5cad; --on-accent: #fff; --bad: #a40e26; --good: #11622a; --focus: #b35900;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1318; --surface: #171c22; --tint: #1f2935; --ink: #e6eaef; --quiet: #a6b0bb; --line: #353e48; --edge: #8b95a1;
    --accent: #7ab7f7; --on-accent: #06121f; --bad: #ff9c9c; --good: #7fdc96; --focus: #ffb454;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere; }
main { margin: 0 auto; padding: 1.5rem 1rem 3rem; }
.wide { max-width: 76rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: .25rem 0 .5rem; }
h2 { font-size: 1.1rem; line-height: 1.3; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
a { color: var(--accent); }
.quiet { color: var(--quiet); }
.bad { color: var(--bad); } .good { color: var(--good); }
.notice { padding: .625rem .875rem; border-radius: .5rem; background: var(--tint); border-left: .25rem solid var(--accent); }
.notice.bad { border-color: var(--bad); } .notice.good { border-color: var(--good); }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; } time, .whole { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
td.number, th.number { padding-right: 0; padding-left: .75rem; }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: .25rem .875rem; min-width: 0; }
legend { font-weight: 600; padding: 0 .25rem; }
.choice { display: flex; gap: .625rem; align-items: center; padding: .5rem 0; min-height: 2.75rem; }
.choice + .choice { border-top: 1px solid var(--line); }
.choice input { width: 1.15rem; height: 1.15rem; margin: 0; flex: none; }
label { font-weight: 500; }
input, select, textarea { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--edge); border-radius: .375rem; }
input:not([type="radio"]), select, textarea { display: block; width: 100%; padding: .5rem .625rem; } select { min-height: 2.625rem; }
textarea, pre, code, .code { font-family: ui-monospace, monospace; font-size: .875rem; }
button, .button {
  display: inline-block; font: inherit; font-weight: 600; padding: .625rem 1rem; border-radius: .5rem; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); text-decoration: none; text-align: center;
}
button.second, .button.second { color: var(--ink); background: var(--surface); border-color: var(--edge); font-weight: 500; }
.small { padding: .1875rem .625rem; font-size: .875rem; }
button:hover { filter: brightness(.93); }
.stack { display: grid; gap: .625rem; margin: 1rem 0; }
.row { display: flex; flex-wrap: wrap; gap: .625rem; align-items: end; }
.row > label, .row > div { flex: 1 1 8rem; }
fieldset > :last-child { margin-bottom: .75rem; }
summary { cursor: pointer; padding: .25rem 0; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
pre { margin: .25rem 0 1rem; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--surface); white-space: pre-wrap; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0 0 1rem; padding: 0 0 .625rem; border-bottom: 1px solid var(--line); }
nav a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.tag { display: inline-block; padding: 0 .5rem; border-radius: .75rem; background: var(--tint); font-size: .875rem; white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .75rem 0; } dt { color: var(--quiet); } dd { margin: 0; }
.wide table { background: var(--surface); border: 1px solid var(--line); border-radius: .5rem; border-collapse: separate; border-spacing: 0; }
.wide th, .wide td { padding: .4375rem .75rem; } .wide tbody tr:last-child td { border-bottom: 0; }
.fault { border: 1px solid var(--line); border-radius: .5rem; background: var(--surface); margin: .5rem 0; padding: 0 .875rem; }
.fault > summary { padding: .625rem 0; } .fault > form { padding-bottom: .875rem; } .fault summary code { font-weight: 600; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr)); gap: .75rem 1rem; margin: .25rem 0 .875rem; }
.hint { display: block; margin-top: .25rem; font-size: .875rem; color: var(--quiet); }
.fault .tag { white-space: normal; } .short { max-width: 36rem; } .row + .row, .scroll + .row { margin-top: .75rem; }
.scroll { overflow-x: auto; position: relative; } .scroll + form { margin-top: .75rem; }
@media (max-width: 40rem) {
  .wide thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .wide tr { display: flex; flex-wrap: wrap; padding: .4375rem 0; border-bottom: 1px solid var(--line); } .wide tr:last-child { border-bottom: 0; }
  .wide td, .wide td.number { border-bottom: 0; padding: .125rem .75rem; text-align: left; }
  .wide td:has(> a[href^="/inspector"]), .wide td:has(form) { flex: 1 1 100%; order: -1; } .wide td:has(form) { order: 1; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
}
`;

/** The source for a content security policy that allows only this style sheet or script. */
export const sourceOf = (content: string): string =>
  `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
