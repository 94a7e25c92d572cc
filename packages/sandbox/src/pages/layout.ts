import type { MiddlewareHandler } from "hono";
import { html, raw } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { HtmlEscapedString } from "hono/utils/html";
import { STYLE, STYLE_SOURCE } from "./style.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** One page. `scriptPath`: a script of this server that the page can do without. */
export const layout = (page: {
  readonly title: string;
  readonly width: "narrow" | "wide";
  readonly body: Html;
  readonly scriptPath?: string | undefined;
}): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<style>${raw(STYLE)}</style>
${page.scriptPath === undefined ? "" : html`<script src="${page.scriptPath}" defer></script>`}
</head>
<body><main class="${page.width}">${page.body}</main></body>
</html>`;

/** Pages load nothing from elsewhere, and run no script but, where there is one, a file of this server. */
export const pageHeaders = ({ hasScript }: { readonly hasScript: boolean }): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [STYLE_SOURCE],
      ...(hasScript ? { scriptSrc: ["'self'"], connectSrc: ["'self'"] } : {}),
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    strictTransportSecurity: false,
    // "no-referrer" would make browsers hide the origin that the check of form posts compares.
    referrerPolicy: "same-origin",
  });
