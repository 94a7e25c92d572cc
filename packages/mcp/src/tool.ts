import type { Result, ResultAsync } from "@tautan/core";
import type * as z from "zod";
import type { CheckedOptions, McpPermissions } from "./options.ts";
import type { Fault } from "./results/failure.ts";

export type Permission = keyof McpPermissions;

/** The circumstances of a call. */
interface Call extends Pick<CheckedOptions, "ledger"> {
  /** Aborted if the client cancels the call. Only reads follow it: a change that was begun is finished, so that its outcome is known. */
  readonly signal: AbortSignal | undefined;
}

interface Definition<I extends z.ZodType, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The permission that it needs; absent if the tool only reads. */
  readonly permission?: Permission;
  /** Whether it asks a gateway. */
  readonly asksGateway?: boolean;
  /** Of a change: whether it takes something from payers. */
  readonly isDestructive?: boolean;
  readonly input: I;
  readonly output: O;
  run(input: z.output<I>, call: Call): Promise<Result<z.input<O>, Fault>> | ResultAsync<z.input<O>, Fault>;
}

/** A tool of the server. */
export interface Tool extends Omit<Definition<z.ZodType, z.ZodObject>, "run"> {
  run(input: unknown, call: Call): Promise<Result<object, Fault>> | ResultAsync<object, Fault>;
}

/** Makes a tool. Its file exports it, and `tools/all.ts` names it. */
export const tool = <I extends z.ZodType, O extends z.ZodObject>(definition: Definition<I, O>): Tool => ({
  ...definition,
  // The input was read by its schema.
  run: (input, call) => definition.run(input as z.output<I>, call),
});
