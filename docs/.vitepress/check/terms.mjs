// What a reader may search for: every kind of error, event, option, field of a request, and command, as the sources declare them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "../published.mjs";

const declarationsIn = (path) => {
  const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.Latest, true);
  return new Map(
    source.statements
      .filter((each) => ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each))
      .map((each) => [each.name.text, each]),
  );
};

const declaration = (path, name) => {
  const found = declarationsIn(path).get(name);
  if (found === undefined) throw new Error(`${path} declares no ${name}: correct docs/.vitepress/check/terms.mjs`);
  return found;
};

const membersOf = (path, name) =>
  declaration(path, name)
    .members.filter(ts.isPropertySignature)
    .map((each) => each.name.text);

const literalsIn = (node) => {
  const found = [];
  const visit = (each) => {
    if (ts.isLiteralTypeNode(each) && ts.isStringLiteral(each.literal)) found.push(each.literal.text);
    ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
};
const literalsOf = (path, name) => literalsIn(declaration(path, name));

/** The kinds of the errors that a file declares: `ErrorOf<"timeout">` and `kind: "in_progress"`. */
const errorKindsIn = (path) =>
  [...declarationsIn(path).values()].flatMap((each) => {
    const bases = each.heritageClauses?.flatMap(literalsIn) ?? [];
    const kinds =
      each.members?.filter((member) => member.name?.getText() === "kind" && member.type).flatMap(literalsIn) ?? [];
    const aliased = /^\w*ErrorOf<"/.test(each.type?.getText() ?? "") ? literalsIn(each) : [];
    return [...bases, ...kinds, ...aliased];
  });

/** The names of options in the schema of configurations, also those of drivers. */
const settings = () => {
  const names = new Set();
  const visit = (value) => {
    if (typeof value !== "object" || value === null) return;
    if (typeof value.properties === "object") for (const name of Object.keys(value.properties)) names.add(name);
    for (const each of Object.values(value)) visit(each);
  };
  visit(JSON.parse(readFileSync(join(ROOT, "packages/cli/config.schema.json"), "utf8")));
  return [...names];
};

const commands = async () => {
  const { COMMANDS } = await import(join(ROOT, "packages/cli/src/commands/table.ts"));
  const { leavesOf } = await import(join(ROOT, "packages/cli/src/frame/tree.ts"));
  const leaves = leavesOf(COMMANDS);
  const loaded = await Promise.all(leaves.map(([, leaf]) => leaf.load()));
  return {
    commands: leaves.map(([name]) => name),
    options: [...new Set(loaded.flatMap(({ COMMAND }) => Object.keys(COMMAND.options)))].map((name) => `--${name}`),
  };
};

/** @returns the terms by what they are */
export const searchTerms = async () => {
  const { commands: names, options } = await commands();
  const ledger = "packages/ledger/src";
  return {
    "kinds of errors": [
      ...errorKindsIn("packages/core/src/errors.ts"),
      ...errorKindsIn(`${ledger}/errors.ts`),
      ...literalsOf(`${ledger}/errors.ts`, "DatabaseErrorKind"),
    ],
    "types of events": literalsOf(`${ledger}/events/event.ts`, "LedgerEventType"),
    "fields of a request": membersOf("packages/core/src/request.ts", "CreatePaymentLink"),
    "options of calls": [
      ...membersOf("packages/core/src/operations/configuration.ts", "CallOptions"),
      ...membersOf(`${ledger}/types.ts`, "LedgerCreateOptions"),
      ...membersOf(`${ledger}/types.ts`, "ProcessOptions"),
      ...membersOf(`${ledger}/types.ts`, "ReconcileOptions"),
    ],
    "options of links, ledger and webhooks": [
      ...membersOf("packages/core/src/payment-links.ts", "PaymentLinksOptions"),
      ...membersOf(`${ledger}/types.ts`, "LedgerOptions"),
      ...membersOf("packages/webhooks/src/options.ts", "WebhookHandlerOptions"),
    ],
    "settings of a configuration": settings(),
    commands: names,
    "options of commands": options,
  };
};
