import type { CallToolResult } from "@modelcontextprotocol/server";
import type * as z from "zod";
import type { CheckedOptions } from "./options.ts";
import { type Fault, fault } from "./results/failure.ts";
import { withNextStep } from "./results/next-step.ts";
import { presentable, visible } from "./results/presentable.ts";
import type { Tool } from "./tool.ts";
import { TOOLS } from "./tools/all.ts";

const BY_NAME: ReadonlyMap<string, Tool> = new Map(TOOLS.map((each) => [each.name, each]));

/** The options that allow each tool. */
export const isAllowed = ({ permission }: Tool, { allow }: CheckedOptions): boolean =>
  permission === undefined || allow[permission];

interface Asked {
  readonly name: string;
  readonly arguments: unknown;
  readonly signal: AbortSignal | undefined;
}

/** Calls a tool. Never throws: each failure is a result that a model can read. */
export const callTool = async (options: CheckedOptions, asked: Asked): Promise<CallToolResult> => {
  const tool = BY_NAME.get(asked.name);
  if (!tool) return failed(options, unknownTool(asked.name, options), undefined);
  if (!isAllowed(tool, options)) return failed(options, notAllowed(tool), tool);
  try {
    const read = tool.input.safeParse(asked.arguments ?? {});
    if (!read.success) return failed(options, invalidArguments(tool, read.error), tool);
    const result = await tool.run(read.data, { ledger: options.ledger, signal: asked.signal });
    return result.isOk() ? resultOf(options, result.value, false) : failed(options, result.error, tool);
  } catch (thrown) {
    return failed(options, faultOfThrown(thrown, tool), tool);
  }
};

const resultOf = ({ withoutSecrets }: CheckedOptions, value: object, isError: boolean): CallToolResult => {
  const structuredContent = presentable(value, withoutSecrets) as Record<string, unknown>;
  return { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent, isError };
};

const failed = (options: CheckedOptions, error: Fault, tool: Tool | undefined): CallToolResult =>
  resultOf(options, { error: withNextStep(error, tool?.permission) }, true);

const MAX_NAME_LENGTH = 64;

const unknownTool = (name: string, options: CheckedOptions): Fault => {
  const names = TOOLS.flatMap((each) => (isAllowed(each, options) ? [each.name] : []));
  return fault(
    "unknown_tool",
    `expected one of ${names.join(", ")}; got ${JSON.stringify(visible(name, MAX_NAME_LENGTH))}`,
    "Call tools/list for the tools of this server.",
  );
};

const notAllowed = ({ name, permission = "create" }: Tool): Fault =>
  fault(
    "not_allowed",
    `${name} is not allowed at this server: it was started without allow.${permission}. Nothing was done`,
    `To allow it, start the server with --allow-${permission}, or create it with allow: { ${permission}: true }.`,
  );

const MAX_ISSUES = 20;
const MAX_MESSAGE_LENGTH = 200;

/** Names of fields that agents add to make a call idempotent. */
const KEYS = /idempoten|request_?-?id|nonce|dedup/i;

const invalidArguments = ({ name, permission }: Tool, error: z.ZodError): Fault => {
  const issues = error.issues.slice(0, MAX_ISSUES).map(({ path, message }) => ({
    path: visible(pathOf(path), MAX_MESSAGE_LENGTH),
    message: visible(message, MAX_MESSAGE_LENGTH),
  }));
  const hasKey = permission === "create" && issues.some(({ message }) => KEYS.test(message));
  return fault(
    "invalid_arguments",
    `the arguments of ${name} do not have the form of its input schema`,
    hasKey
      ? "There is no idempotency key: the reference is the only key, so that a repeated call makes one link. Leave the field out."
      : "Correct the fields that issues names. tools/list has the schema.",
    { issues },
  );
};

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}${text === "" ? "" : "."}${String(part)}`),
    "",
  );

/** An exception is a fault of this package. Its message may contain anything, so only its name is shown. */
const faultOfThrown = (thrown: unknown, { name, permission }: Tool): Fault =>
  fault(
    "fault",
    `${name} failed (${thrown instanceof Error ? thrown.name : "an exception"})`,
    "This is a fault of @tautan/mcp. Report it with its version, without keys.",
    { outcome: permission === undefined ? "not_sent" : "unknown" },
  );
