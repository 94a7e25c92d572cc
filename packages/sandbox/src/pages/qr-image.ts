import { html } from "hono/html";
import { encode } from "uqr";
import type { Html } from "./layout.ts";

/** A QR code as an image within the page: dark on light in every colour scheme, since cameras expect that. */
export const qrImage = (text: string, label: string): Html => {
  const { data, size } = encode(text, { border: 4 });
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
    <path fill="#fff" d="M0 0h${size}v${size}h-${size}z"/><path fill="#000" d="${squares.join("")}"/></svg>`;
};
