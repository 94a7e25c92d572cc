import { ok } from "@tautan/core";
import * as z from "zod";
import { ERROR_KINDS, EXPLANATIONS } from "../explanations.ts";
import { type Tool, tool } from "../tool.ts";

export const EXPLAIN_ERROR: Tool = tool({
  name: "explain_error",
  title: "Explain a kind of error",
  description: "Returns the meaning of a kind of error of Tautan, and what to do about it.",
  input: z.strictObject({ kind: z.enum(ERROR_KINDS).describe("error.kind") }),
  output: z.object({ kind: z.string(), meaning: z.string(), cure: z.string() }),
  run: async ({ kind }) => ok({ kind, ...EXPLANATIONS[kind] }),
});
