// At the start of a process, V8 skips the body of each `function` of a module until its first call, but parses that of each arrow function:
// github.com/v8/v8/blob/main/src/parsing/parser-base.h, ParseArrowFunctionLiteral. So functions at the top level are published as `function`.
import { RolldownMagicString } from "rolldown";
import { parseSync } from "rolldown/utils";

/** What has a `this` of its own. Elsewhere the bundler has replaced the `this` of a module, which is undefined. */
const OWN_THIS = new Set(["FunctionDeclaration", "FunctionExpression", "ClassDeclaration", "ClassExpression"]);

/** The arrow functions that are in no other function and no class. */
const topArrows = (node) => {
  if (typeof node !== "object" || node === null || OWN_THIS.has(node.type)) return [];
  return node.type === "ArrowFunctionExpression" ? [node] : Object.values(node).flatMap(topArrows);
};

/** For the bundler: these arrow functions become `function`, and keep their names. */
export const lazyFunctions = {
  name: "lazy-functions",
  renderChunk: (code, { fileName }) => {
    const { program, errors } = parseSync(fileName, code);
    if (errors.length > 0) throw new Error(`${fileName}: ${errors[0].message}`);
    const text = new RolldownMagicString(code);
    for (const { start, end, async, params, body } of topArrows(program)) {
      const arrow = code.indexOf("=>", params.at(-1)?.end ?? start);
      const isBlock = body.type === "BlockStatement";
      text.appendLeft(async ? start + "async".length : start, async ? " function" : "function");
      text.update(arrow, arrow + "=>".length, isBlock ? "" : "{ return (");
      if (!isBlock) text.appendLeft(end, "); }");
    }
    return { code: text.toString(), map: text.generateMap({ hires: true }).toString() };
  },
};
