// The code blocks of Markdown files, and the files that they are together.
//
// - A block is a file of its own.
// - ```ts continued``` goes on with the block before it on the page.
// - A block that begins with the comment `// src/links.ts` is the file of this name; other blocks of the page may import it. If the package
//   of the page has a file of this name, the block is a part of that file instead, which is checked where it is.
// - <!-- with … --> before a block is code that a reader does not need to see: declarations of what the block uses.
// - A block between generated marks is a file of an example, which is checked where it is.
// - ```ts unchecked: reason``` is not checked.
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

const BLOCK =
  /(?:^<!-- (?:with\n(?<before>(?:(?!-->).)*?)\n|(?<generated>generated: [^\n]*?) )-->\n\n?)?^(?<fence>```+)(?<info>[^\n`]*)\n(?<code>.*?)^\k<fence>[ \t]*$/gms;
const INFO = /^(?<language>[\w-]*)(?: (?<how>continued|unchecked: .+))?$/;
const NAME = /^(?:\/\/|#) ((?:[\w@.[\]-]+\/)*[\w.[\]-]+\.(?:ts|tsx|js|mjs|json))\n/;

/** @returns each block as `{ page, line, info, language, how, name, before, code }`; `line` is that of its first line of code */
export const blocksIn = (page, text) =>
  [...text.matchAll(BLOCK)].map(({ groups, index, 0: whole }) => {
    const { before = "", generated, fence, info, code } = groups;
    const { language, how = generated } = INFO.exec(info.trim())?.groups ?? {};
    const start = index + whole.indexOf(`${fence}${info}\n`);
    const line = text.slice(0, start).split("\n").length + 1;
    return { page, line, info, language, how, name: NAME.exec(code)?.[1], before, code };
  });

export const isUnchecked = ({ how }) => how?.startsWith("unchecked: ") === true;

/** Whether `npm run docs` writes it. */
export const isGenerated = ({ how }) => how?.startsWith("generated: ") === true;

const folderOf = (page) => /^((?:packages|examples)\/[^/]+)\//.exec(page)?.[1] ?? ".";
const withoutIndents = (code) => code.replace(/^[ \t]+/gm, "");

/** The file of the repository that a block names, if there is one. */
const ownFileOf = (root, { page, name }) => {
  const path = name && posix.join(folderOf(page), name);
  return path && existsSync(join(root, path)) ? path : undefined;
};

/** What is wrong with a block that shows a part of a file: it must be in the file as it is, apart from indents. */
const problemWithPart = (root, block, path) => {
  const shown = withoutIndents(block.code.replace(NAME, ""));
  return withoutIndents(readFileSync(join(root, path), "utf8")).includes(shown)
    ? undefined
    : `${block.page}:${block.line}: expected a part of ${path}, got other code`;
};

/**
 * The files that these blocks of one language are, and what is wrong before any of them is compiled.
 * @returns `{ files, problems }`; a file is `{ path, parts }` with its blocks in order, `path` in a folder for each page
 */
export const filesOf = (root, blocks, extension) => {
  const files = new Map();
  const problems = [];
  let last;
  for (const [index, block] of blocks.entries()) {
    const own = ownFileOf(root, block);
    const isContinued = block.how === "continued";
    if (own !== undefined) problems.push(problemWithPart(root, block, own));
    if (isContinued && last?.page !== block.page) {
      problems.push(`${block.page}:${block.line}: there is no block before it to continue`);
    }
    if (own !== undefined || (isContinued && last?.page !== block.page)) continue;
    const folder = block.page.replace(/[^\w]+/g, "-");
    const path = isContinued ? last.path : `${folder}/${block.name ?? `${index}.${extension}`}`;
    if (!isContinued && files.has(path))
      problems.push(`${block.page}:${block.line}: ${block.name} is on this page twice`);
    files.set(path, [...(files.get(path) ?? []), block]);
    last = { page: block.page, path };
  }
  return {
    files: [...files].map(([path, parts]) => ({ path, parts })),
    problems: problems.filter((each) => each !== undefined),
  };
};

/** The text of a file, and the place on its page of each of its lines: undefined for one that the page does not show. */
export const textOf = ({ parts }) => {
  const lines = parts.flatMap(({ page, line, before, code }) => [
    ...(before === "" ? [] : before.split("\n").map((text) => [text, `${page}:${line - 1}`])),
    ...code
      .replace(/\n$/, "")
      .split("\n")
      .map((text, index) => [text, `${page}:${line + index}`]),
  ]);
  return { text: `${lines.map(([text]) => text).join("\n")}\nexport {};\n`, places: lines.map(([, place]) => place) };
};
