import { createRequire } from "node:module";

const manifest: unknown = createRequire(import.meta.url)("@tautan/mcp/package.json");

/** The version of this package. */
export const VERSION: string = (manifest as { readonly version: string }).version;
