#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Compiled code of the last start is used again.
enableCompileCache();
// The reader has seen enough, as with `| head`: that is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
const { main } = await import("./main.ts");
await main(process.argv.slice(2));
