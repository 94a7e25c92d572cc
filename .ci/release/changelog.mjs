// The entries of a CHANGELOG: the text of each changeset. All packages have one version, so that lines about updated
// dependencies would repeat it.

/** @param {{ summary: string }} changeset */
const getReleaseLine = ({ summary }) => {
  const [first, ...rest] = summary.split("\n").map((line) => line.trimEnd());
  return `- ${[first, ...rest.map((line) => (line === "" ? "" : `  ${line}`))].join("\n")}`;
};

export default { getReleaseLine, getDependencyReleaseLine: () => "" };
