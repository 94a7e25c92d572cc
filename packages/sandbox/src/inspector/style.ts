import { STYLE } from "../pages/style.ts";

/** The one style sheet of the inspector: what all pages share, and what only tables, tags and timelines need. */
export const INSPECTOR_STYLE: string = `${STYLE}
:root {
  --good-tint: #dcf3e2; --good-edge: #9fd3ae; --wait: #7a4b00; --wait-tint: #fdf0d2; --wait-edge: #e6c987; --bad-tint: #fde4e6; --bad-edge: #efb0b6;
  --back: #5b2a94; --back-tint: #efe5fb; --back-edge: #cdb4ec; --code: #f6f8fa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --good-tint: #12301c; --good-edge: #2b6a40; --wait: #f3c969; --wait-tint: #33280c; --wait-edge: #6d5518; --bad-tint: #3b171b; --bad-edge: #7d3038;
    --back: #cfaef5; --back-tint: #2b1d3f; --back-edge: #5d4288; --code: #11161b;
  }
}
[hidden] { display: none !important; }
body { font-size: .9375rem; }
header.bar { background: var(--surface); border-bottom: 1px solid var(--line); }
header.bar > div { max-width: 76rem; margin: 0 auto; padding: .5rem 1rem 0; }
header.bar .brand { font-weight: 700; text-decoration: none; color: inherit; }
header.bar .brand span { color: var(--quiet); font-weight: 400; }
header.bar nav ul { gap: 0 .125rem; margin: .25rem 0 0 -.625rem; padding: 0; border: 0; }
header.bar nav a { display: block; padding: .4375rem .625rem; color: var(--quiet); text-decoration: none; border-bottom: 2px solid transparent; }
header.bar nav a:hover { color: var(--ink); background: var(--tint); }
header.bar nav a[aria-current] { color: var(--ink); border-color: var(--accent); }
main.wide { padding-top: 1rem; }
h1 { font-size: 1.3rem; }
h2 { font-size: 1.0625rem; }
.tag { border: 1px solid var(--line); border-radius: .375rem; padding: 0 .4375rem; font-size: .8125rem; line-height: 1.375rem; font-weight: 500; background: var(--ground); }
.tag.good { color: var(--good); background: var(--good-tint); border-color: var(--good-edge); }
.tag.bad { color: var(--bad); background: var(--bad-tint); border-color: var(--bad-edge); }
.tag.waiting { color: var(--wait); background: var(--wait-tint); border-color: var(--wait-edge); }
.tag.returned { color: var(--back); background: var(--back-tint); border-color: var(--back-edge); }
.tag.chaos { color: var(--wait); border-style: dashed; border-color: currentcolor; background: none; }
.method { white-space: pre; font-family: ui-monospace, monospace; font-size: .8125rem; font-weight: 700; color: var(--quiet); }
.wide th { background: var(--ground); color: var(--quiet); font-size: .8125rem; font-weight: 600; }
.wide thead th:first-child { border-top-left-radius: .5rem; } .wide thead th:last-child { border-top-right-radius: .5rem; }
.wide tbody tr:hover { background: var(--tint); }
.wide td { font-variant-numeric: tabular-nums; }
td a { text-decoration: none; font-weight: 500; } td a:hover { text-decoration: underline; }
pre, textarea { background: var(--code); font-size: .8125rem; line-height: 1.5; }
textarea { resize: vertical; }
.notice > p { margin: 0; } .notice.bad { background: var(--bad-tint); } .notice.good { background: var(--good-tint); }
.filters { display: flex; flex-wrap: wrap; gap: .5rem .625rem; align-items: end; margin: .75rem 0; }
.filters input, .filters select, .filters button, .filters .button { height: 2.625rem; }
.short input { min-height: 2.625rem; }
.filters label { font-size: .8125rem; color: var(--quiet); }
.filters > div { flex: 1 1 9rem; } .filters > div:first-child { flex: 3 1 16rem; } .filters.picker > div { flex: 1 1 18rem; }
.filters button, .filters .button { padding: .5rem .875rem; }
.facts { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: .75rem 0 1rem; padding: .75rem .875rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--surface); }
.facts > div { min-width: 0; } .facts dt { font-size: .8125rem; } .facts dd { margin: .125rem 0 0; }
dl.facts { grid-template-columns: none; }
.timeline { list-style: none; margin: .75rem 0; padding: 1rem .875rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--surface); }
.timeline a { text-decoration: none; font-weight: 500; } .timeline a:hover { text-decoration: underline; }
td form.row { align-items: center; gap: .375rem; } td input:not([type="radio"]) { padding: .1875rem .5rem; font-size: .875rem; }
.timeline > li { position: relative; padding: 0 0 1rem 1.5rem; border-left: 2px solid var(--line); margin-left: .4375rem; }
.timeline > li:last-child { border-left-color: transparent; padding-bottom: 0; }
.timeline > li::before { content: ""; position: absolute; left: -.4375rem; top: .4375rem; width: .75rem; height: .75rem; border-radius: 50%; background: var(--edge); border: 2px solid var(--surface); }
.timeline > .good::before { background: var(--good); } .timeline > .bad::before { background: var(--bad); }
.timeline > .waiting::before { background: var(--wait); } .timeline > .returned::before { background: var(--back); }
.timeline > .due::before { background: var(--surface); border: 2px dashed var(--edge); }
.timeline p { margin: 0; } .timeline .line { display: flex; flex-wrap: wrap; gap: .125rem .625rem; align-items: baseline; padding-left: 6.125rem; }
.timeline .line > span { max-width: calc(100% - 1px); }
.timeline .kind { width: 5.5rem; margin-left: -6.125rem; color: var(--quiet); font-size: .8125rem; } .timeline .when { margin-left: auto; color: var(--quiet); font-size: .8125rem; }
.timeline .more { padding-left: 6.125rem; font-size: .875rem; color: var(--quiet); } .timeline code { overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 0 1.5rem; } .columns > * { min-width: 0; }
.steps ul { gap: .5rem; margin: .5rem 0; padding: 0; border: 0; } .steps .button { padding: .4375rem .875rem; } .steps [aria-disabled] { color: var(--quiet); border-style: dashed; cursor: default; }
h3 { font-size: .9375rem; margin: 1rem 0 .25rem; } h3 code { font-weight: 400; } .notice ul { margin: .25rem 0 0; padding-left: 1.25rem; }
.row-state { margin: .5rem 0; padding: .5rem .875rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--surface); } .row-state h3 { margin: 0; } .row-state dd { min-width: 0; }
.row-state dl { grid-template-columns: minmax(5rem, max-content) minmax(0, 1fr); gap: .25rem 1rem; } .row-state dd { margin: 0; } .timeline > li { color: var(--ink); }
del { color: var(--bad); } ins { color: var(--good); text-decoration: none; }
.copy { display: flex; gap: .625rem; align-items: center; margin: .25rem 0; } .copy > :first-child { flex: 1; }
@media (max-width: 40rem) {
  .timeline .line, .timeline .more { padding-left: 0; } .timeline .kind { flex-basis: 100%; margin-left: 0; } .timeline .when { margin-left: 0; flex-basis: 100%; }
  .facts { gap: .5rem 1.25rem; }
}
`;
