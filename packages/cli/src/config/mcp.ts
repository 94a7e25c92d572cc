import type * as McpPackage from "@tautan/mcp/node";
import type { Result } from "neverthrow";
import type { Failure } from "../failure.ts";
import type { LoadedConfig } from "./load.ts";
import { importFromProject } from "./project.ts";

/** The servers of `@tautan/mcp` of the user's project. */
export const loadMcp = async (config: LoadedConfig): Promise<Result<typeof McpPackage, Failure>> => {
  const loaded = await importFromProject("@tautan/mcp/node", config.file);
  return loaded
    .map((value) => value as typeof McpPackage)
    .mapErr((error) => ({ ...error, message: `${config.file}: tautan mcp: ${error.message}` }));
};
