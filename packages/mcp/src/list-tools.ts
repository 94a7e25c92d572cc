import type { Tool as ListedTool } from "@modelcontextprotocol/server";
import * as z from "zod";
import { isAllowed } from "./call-tool.ts";
import type { CheckedOptions } from "./options.ts";
import { LISTED_FAILURE } from "./results/failure.ts";
import type { Tool } from "./tool.ts";
import { TOOLS } from "./tools/all.ts";

/** The tools that a server offers, as clients see them. */
export const listTools = (options: CheckedOptions): ListedTool[] =>
  TOOLS.filter((each) => isAllowed(each, options)).map(listed);

/** The schemas never change, and are large: each is made once. */
const made = new WeakMap<Tool, ListedTool>();

const listed = (tool: Tool): ListedTool => {
  const before = made.get(tool);
  if (before) return before;
  const { name, title, description, permission, asksGateway = false, isDestructive = false } = tool;
  const listing: ListedTool = {
    name,
    title,
    description,
    inputSchema: schemaOf(tool.input, "input") as ListedTool["inputSchema"],
    outputSchema: outputSchemaOf(tool),
    annotations: {
      title,
      readOnlyHint: permission === undefined,
      destructiveHint: isDestructive,
      // Of a read, it has no meaning. A change that is made again changes nothing more.
      idempotentHint: true,
      openWorldHint: asksGateway,
    },
  };
  made.set(tool, listing);
  return listing;
};

type JsonSchema = Readonly<Record<string, unknown>>;

const schemaOf = (schema: z.ZodType, io: "input" | "output"): JsonSchema =>
  z.toJSONSchema(schema, { io, target: "draft-2020-12", reused: "inline" });

/** Either what the tool returns, or `error`. */
const outputSchemaOf = ({ output }: Tool): JsonSchema => {
  const {
    properties,
    required = [],
    $schema,
  } = schemaOf(output, "output") as JsonSchema & { readonly properties: object };
  const { $schema: _, ...error } = schemaOf(LISTED_FAILURE, "output");
  return {
    $schema,
    type: "object",
    properties: { ...properties, error },
    additionalProperties: false,
    oneOf: [{ required, not: { required: ["error"] } }, { required: ["error"] }],
  };
};
