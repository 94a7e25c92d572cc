import type { MiddlewareHandler } from "hono";
import { html, raw } from "hono/html";
import { COPY_SCRIPT } from "./code-to-copy.ts";
import { LANGUAGE_PARAMETER, LANGUAGES, type Language } from "./language.ts";
import { type Html, secureHeadersWith } from "./layout.ts";
import { PAY_STYLE } from "./pay-style.ts";
import { STYLE, sourceOf } from "./style.ts";
import type { View } from "./view.ts";

const ALL_STYLE = STYLE + PAY_STYLE;

/** Pay pages load nothing, and run no script but the one that copies numbers. */
export const payPageHeaders = (): MiddlewareHandler =>
  secureHeadersWith({ styleSrc: [sourceOf(ALL_STYLE)], scriptSrc: [sourceOf(COPY_SCRIPT)] });

/** One pay page: the payer's view, and next to it the sandbox's controls. */
export const payLayout = (parts: {
  readonly title: string;
  readonly provider: string | undefined;
  readonly payer: Html;
  readonly controls?: Html | undefined;
  readonly hasCodes?: boolean;
  /** The part of the address that stays if the language changes. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly view: Pick<View, "language" | "texts" | "addressOf">;
}): Html => {
  const { view, provider, controls } = parts;
  return html`<!doctype html>
<html lang="${view.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${parts.title}</title>
<style>${raw(ALL_STYLE)}</style>
</head>
<body class="pay">
<header><p class="badge">${view.texts.testBadge}</p>
<div class="bar"><span>${provider === undefined ? "" : view.texts.sandboxOf(provider)}</span>${languageSwitch(view, parts.parameters ?? {})}</div></header>
<div class="columns"><main>${parts.payer}</main>${controls === undefined ? "" : html`<aside aria-labelledby="sandbox">${controls}</aside>`}</div>
${parts.hasCodes === true ? html`<script>${raw(COPY_SCRIPT)}</script>` : ""}
</body>
</html>`;
};

const languageSwitch = (
  { language, texts, addressOf }: Pick<View, "language" | "texts" | "addressOf">,
  parameters: Readonly<Record<string, string>>,
): Html =>
  html`<nav aria-label="${texts.language}">${(Object.keys(LANGUAGES) as Language[]).map((code) =>
    code === language
      ? html`<span lang="${code}" aria-current="true">${LANGUAGES[code]}</span>`
      : html`<a href="${addressOf({ ...parameters, [LANGUAGE_PARAMETER]: code })}" lang="${code}" hreflang="${code}">${LANGUAGES[code]}</a>`,
  )}</nav>`;
