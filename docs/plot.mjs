// A picture of ratios as SVG: panels of horizontal bars, each with its quartiles. Its colours follow the reader's light or dark scheme.
const WIDTH = 880;
const [LABEL_WIDTH, VALUE_WIDTH, BAR_HEIGHT, GAP] = [250, 60, 14, 6];
const [PANEL_TOP, PANEL_BOTTOM] = [34, 18];
const BARS_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH;

const STYLE = `
  svg { background: #ffffff; }
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #3c3c43; }
  .title { font-weight: 600; font-size: 13px; fill: #1b1b1f; }
  .ours { fill: #2a6fdb; } .peer { fill: #9aa3b2; } .floor { fill: #d5dae2; }
  .own { font-weight: 600; fill: #1b1b1f; }
  .range { stroke: #1b1b1f; stroke-width: 1; opacity: 0.55; }
  .reference { stroke: #6b7280; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    svg { background: #1b1b1f; }
    text { fill: #c7c7cc; }
    .title, .own { fill: #ffffff; }
    .ours { fill: #6ba3ff; } .peer { fill: #6b7280; } .floor { fill: #3f4552; }
    .range { stroke: #ffffff; } .reference { stroke: #9aa3b2; }
  }`;

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const rounded = (number) => Number(number.toFixed(1));

const bar = ({ name, ratio, kind }, y, scale) => {
  const end = LABEL_WIDTH + ratio.median * scale;
  const middle = y + BAR_HEIGHT / 2;
  const at = (value) => rounded(LABEL_WIDTH + value * scale);
  return [
    `<text class="${kind === "ours" ? "own" : ""}" x="${LABEL_WIDTH - 8}" y="${y + 11}" text-anchor="end">${escaped(name)}</text>`,
    `<rect class="${kind}" x="${LABEL_WIDTH}" y="${y}" width="${rounded(end - LABEL_WIDTH)}" height="${BAR_HEIGHT}" rx="2"/>`,
    `<path class="range" d="M${at(ratio.low)} ${middle}H${at(ratio.high)}"/>`,
    `<text x="${rounded(Math.max(end, at(ratio.high)) + 6)}" y="${y + 11}">${ratio.median.toFixed(2)}</text>`,
  ].join("\n");
};

const panel = ({ title, bars }, top) => {
  const scale = BARS_WIDTH / Math.max(...bars.map(({ ratio }) => ratio.high));
  const height = PANEL_TOP + bars.length * (BAR_HEIGHT + GAP) + PANEL_BOTTOM;
  const reference = rounded(LABEL_WIDTH + scale);
  const bottom = top + height - PANEL_BOTTOM;
  return {
    height,
    svg: [
      `<text class="title" x="8" y="${top + 20}">${escaped(title)}</text>`,
      ...bars.map((each, index) => bar(each, top + PANEL_TOP + index * (BAR_HEIGHT + GAP), scale)),
      `<path class="reference" d="M${reference} ${top + PANEL_TOP - 4}V${bottom}"/>`,
    ].join("\n"),
  };
};

/** `panels` are `{ title, bars: [{ name, ratio: { median, low, high }, kind: "ours" | "peer" | "floor" }] }`; `label` is for screen readers. */
export const plot = (panels, label) => {
  let top = 0;
  const parts = panels.map((each) => {
    const { height, svg } = panel(each, top);
    top += height;
    return svg;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img" aria-label="${escaped(label)}">
<style>${STYLE}
</style>
${parts.join("\n")}
</svg>
`;
};
