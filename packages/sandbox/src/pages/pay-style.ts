/** The style of pay pages, in addition to the style sheet of all pages. */
export const PAY_STYLE: string = `
:root { --test: #ffd338; --on-test: #241a00; --aside: #fff8e0; --aside-line: #b58900; --shadow: 0 1px 2px rgb(15 23 42 / .08), 0 8px 24px rgb(15 23 42 / .08); --soft-good: #e4f5e8; --soft-bad: #fdecee; }
@media (prefers-color-scheme: dark) {
  :root { --aside: #211d10; --aside-line: #a68a2c; --shadow: none; --soft-good: #14301c; --soft-bad: #3a191d; }
}
html { scroll-padding-top: 4rem; }
.pay [hidden] { display: none; }
.pay header { position: sticky; top: 0; z-index: 1; background: var(--surface); border-bottom: 1px solid var(--line); }
.badge { margin: 0; padding: .375rem .75rem; text-align: center; font-weight: 800; color: var(--on-test);
  background: repeating-linear-gradient(-45deg, var(--test) 0 1rem, #ffc61a 1rem 2rem); }
.bar { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; max-width: 62rem; margin: 0 auto; padding: .375rem 1rem; font-size: .8125rem; color: var(--quiet); }
.bar nav { display: flex; gap: .75rem; } .bar [aria-current] { font-weight: 700; color: var(--ink); }
.columns { display: grid; gap: 1.5rem; max-width: 62rem; margin: 0 auto; padding: 1rem; align-items: start; }
.pay main { margin: 0; padding: 1.25rem; width: 100%; min-width: 0; background: var(--surface); border: 1px solid var(--line); border-radius: 1rem; box-shadow: var(--shadow); }
.pay h1 { font-size: 1.25rem; margin: 0; } .pay h3 { font-size: 1rem; margin: 1.25rem 0 .375rem; }
.pay main table { margin: 1rem 0; font-size: .9375rem; }
.total { margin: 1.25rem 0 0; } .amount { font-size: 2rem; font-weight: 700; line-height: 1.2; margin: 0 0 .75rem; }
.amount.open { font-size: 1.25rem; margin-top: 1.25rem; }
.state { font-weight: 600; display: flex; gap: .5rem; align-items: baseline; padding: .625rem .875rem; border-radius: .625rem; background: var(--tint); }
.state.good { background: var(--soft-good); } .state.bad { background: var(--soft-bad); }
.state::before { font-weight: 800; } .state.good::before { content: "✓" / ""; } .state.bad::before { content: "✕" / ""; } .state.waiting::before { content: "…" / ""; }
.deadline { margin: .75rem 0 1rem; } .deadline span { display: block; font-size: .9375rem; }
.notice p { margin: .125rem 0; }
.methods { border: 0; padding: 0; margin: 1.25rem 0; } .methods > legend { padding: 0; font-size: 1.1rem; font-weight: 700; }
.methods fieldset { border: 0; padding: 0; margin: 1rem 0 0; } .methods fieldset legend { padding: 0; } .methods .hint { margin: 0 0 .375rem; }
.choices { display: grid; gap: .5rem; margin: 0; grid-template-columns: repeat(auto-fill, minmax(8.25rem, 1fr)); }
.choices .choice, .choices .choice + .choice { position: relative; border: 1px solid var(--line); border-radius: .625rem; padding: .5rem .5rem .5rem .625rem; gap: .5rem; cursor: pointer; }
.choices .choice:only-child { grid-column: 1 / -1; }
.choices .choice:hover { border-color: var(--edge); }
.choices .choice:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); background: var(--tint); }
.choice input { accent-color: var(--accent); }
.panel { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; margin: 1rem 0; }
.panel > :first-child { margin-top: 0; } .panel > :last-child { margin-bottom: 0; }
.qr { display: block; width: 14rem; max-width: 100%; height: auto; margin: .5rem auto; border-radius: .375rem; }
.code-box { margin: .75rem 0; } .code-box p { margin: 0; } .code-box label { display: block; font-size: .875rem; font-weight: 400; margin-top: .25rem; }
.code-line { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; }
.code-box .code-to-copy { margin: .125rem 0; font-weight: 600; font-variant-numeric: tabular-nums; font-size: clamp(1.25rem, 5.6vw, 1.5rem); }
.copied { color: var(--good); font-size: .875rem; font-weight: 600; }
.copied:not(:empty)::before { content: "✓ " / ""; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.steps { margin: .375rem 0; padding-left: 1.375rem; } .steps li + li { margin-top: .25rem; }
.pay main .stack button { padding: .8125rem 1rem; font-size: 1.0625rem; }
.pay aside { min-width: 0; padding: 1rem 1.25rem; background: var(--aside); border: 2px dashed var(--aside-line); border-radius: 1rem; font-size: .9375rem; }
.pay aside h2 { margin: 0; font-size: 1.1rem; } .pay aside .stack { gap: .5rem; margin: .75rem 0; } .pay aside button { padding: .5rem .875rem; font-size: .9375rem; }
.pay aside ol { margin: .375rem 0; padding-left: 1.375rem; } .pay aside .row { margin: .25rem 0 .75rem; }
.columns:not(:has(aside)) { max-width: 36rem; }
@media (min-width: 56rem) {
  .columns:has(aside) { grid-template-columns: minmax(0, 1fr) 20rem; gap: 2rem; padding-top: 2rem; }
  .pay main { padding: 2rem; } .pay aside { position: sticky; top: 6rem; }
}
`;
