import type { MiddlewareHandler } from "hono";
import { html, raw } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { HtmlEscapedString } from "hono/utils/html";
import { sourceOf } from "./style.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** One page of the inspector. `scriptPath`: a script of this server that the page can do without; `header`: above the content. */
export const layout = (page: {
  readonly title: string;
  readonly body: Html;
  readonly scriptPath?: string | undefined;
  readonly style: string;
  readonly header?: Html;
}): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<style>${raw(page.style)}</style>
${page.scriptPath === undefined ? "" : html`<script src="${page.scriptPath}" defer></script>`}
</head>
<body>${page.header ?? ""}<main class="wide">${page.body}</main></body>
</html>`;

/** Pages load nothing from elsewhere, and run no script other than a file of this server. */
export const pageHeaders = ({
  hasScript,
  style,
}: {
  readonly hasScript: boolean;
  readonly style: string;
}): MiddlewareHandler =>
  secureHeadersWith({
    styleSrc: [sourceOf(style)],
    ...(hasScript ? { scriptSrc: ["'self'"], connectSrc: ["'self'"] } : {}),
  });

/** Only what is named may be loaded or run. */
export const secureHeadersWith = (sources: Readonly<Record<string, string[]>>): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      ...sources,
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    strictTransportSecurity: false,
    // "no-referrer" would make browsers hide the origin that the check of form posts compares.
    referrerPolicy: "same-origin",
  });
