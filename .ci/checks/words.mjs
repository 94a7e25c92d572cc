// Finds words that this project replaces by others, in Markdown and in comments and texts of sources: see docs/glossary.md.
// Usage: node .ci/checks/words.mjs
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { parseSync } from "vite";

/** Words of prose, with their replacements. */
const WORDS = [
  [/\b(tells?|told|telling)\b/i, "return, report, contain, document"],
  [/\b(says?|said|saying)\b/i, "return, report, contain, document"],
  [/\b(speaks?|spoken?|speaking)\b/i, "use, mention, support"],
  [/\bby (it|him|them)sel(f|ves)\b/i, "automatically, alone"],
  [/\b(him|himself|herself)\b/i, "the payer, the caller"],
  // A hyphen belongs to an id, such as one of UNVERIFIED.md.
  [/(?<![-\w])wish(es|ed)?\b/i, "requested"],
  [/\bstruck\b/i, "triggered"],
  [/\bstrangers?\b/i, "third party"],
  [/\bstands? (?!still)/i, "is, mean, occur"],
  [/\bcomes to\b/i, "result in"],
  [/\blets\b/i, "allow, make"],
  [/\b(house|rooms)\b/i, "repository, packages"],
  [/\bdoors?\b/i, "entry point"],
  // "There is no …" is plain English, "it is no …" is not.
  [/(?<!\bthere )\b(is|are|was|were) no (?!(longer|later|more|less|earlier|higher|lower) )[a-z]/i, "is not a"],
  [/\bwhere (there (is|are)|nothing|nobody|none)\b/i, "if"],
  [/\b(a|an|each|every|the|one|another|latest|earlier) tr(y|ies)\b/i, "attempt"],
  [/\bhints? (at|about|of) (a|the) (link|history|payment)\b/i, "notice"],
  [/\bbec(omes?|ame) of\b/i, "the outcome of"],
  // At the beginning of a comment, a paragraph or a sentence; not in a heading, a table or a question.
  [/(?:^\s*|\* |\/\/ |\. )What (?!to do\b)[a-z]+(?=[^?:]*$)/, "a noun"],
];

/** Names that were replaced, in code too. */
const NAMES = [
  [/\w+Evidence\b|\bhistory\.evidence\b/, "HistoryRecord, AttemptRecord, history.record"],
  [/\btryId\b|\bTryRecord\b/, "attemptId, AttemptRecord"],
  [/\bkind: "hint"/, 'kind: "notice"'],
  [/\bkillsAttempts\b/, "endsOpenPayments"],
  [/\bnotToldBy|\balwaysTold\b/, "notReportedBy, alwaysReported"],
  [/\bpendingHolds\b/, "openPaymentsHoldUses"],
  [/\bSignatureFault\b/, "SignatureProblem"],
];

const READ = [
  "*.md",
  "{docs,packages,examples,bench}/**/*.md",
  ".changeset/*.md",
  "{packages,examples}/*/{src,readme}/**/*.ts",
  "{docs,bench}/**/*.mjs",
  ".ci/{checks,create,installs,release,start,new-driver}/**/*.{mjs,tmpl}",
];

/** This file has the words as patterns. */
const NOT_READ = [".ci/checks/words.mjs"];

const blank = (text) => text.replace(/[^\n]/g, " ");
const without = (text, pattern) => text.replace(pattern, blank);

/** Code in one line, and addresses. */
const withoutCode = (text) => [/`[^`\n]+`/g, /\]\([^)\n]*\)/g, /https?:\/\/\S+/g].reduce(without, text);

/** Generated parts are not read: their words are those of the sources. */
const proseOfMarkdown = (text) =>
  withoutCode([/^```.*?^```/gms, /^<!-- generated.*?^<!-- end -->/gms].reduce(without, text));

const textsIn = (node) => {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (node === null || typeof node !== "object") return [];
  const isText = node.type === "TemplateElement" || (node.type === "Literal" && typeof node.value === "string");
  return [...(isText ? [node] : []), ...Object.values(node).flatMap(textsIn)];
};

/** Comments and texts; all else is blank, so that lines keep their numbers. */
const proseOfSource = (path, text) => {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const parts = [
    ...comments.map(({ start, end }) => [start, withoutCode(text.slice(start, end))]),
    ...textsIn(program).map(({ start, end }) => [start, text.slice(start, end)]),
  ].toSorted(([one], [other]) => one - other);
  let prose = "";
  for (const [start, part] of parts) prose += blank(text.slice(prose.length, start)) + part;
  return prose;
};

const hitsOf = (path, text, table) =>
  text
    .split("\n")
    .flatMap((line, index) =>
      table.flatMap(([pattern, instead]) =>
        [pattern.exec(line)?.[0]]
          .filter(Boolean)
          .map((word) => `${path}:${index + 1}: "${word.trim()}": use ${instead}`),
      ),
    );

/** The places of replaced words under a root, and the number of files. Throws if there is no file: an empty check would be green. */
export const replacedWords = (root) => {
  const files = globSync(READ, { cwd: root, exclude: ["**/node_modules", "**/dist"] })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => !NOT_READ.some((each) => path.startsWith(each)))
    .toSorted();
  if (files.length === 0) throw new Error(`no file was found in ${root}`);
  const hits = files.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const name = path.replace(/\.tmpl$/, "");
    const prose = /\.(ts|mjs)$/.test(name) ? proseOfSource(name, text) : proseOfMarkdown(text);
    return [...hitsOf(path, prose, WORDS), ...hitsOf(path, text, NAMES)];
  });
  return { files: files.length, hits };
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { files, hits } = replacedWords(".");
  for (const hit of hits) console.error(hit);
  console.log(`${files} files, ${hits.length} words to replace`);
  process.exitCode = hits.length === 0 ? 0 : 1;
}
